package address

import "strings"

// trackingNames are query parameters that say where a reader came from and never which page is shown.
// Only names that no outlet is known to use for anything else stand here: on many Korean sites
// the query string is the article's identity, so an unknown name always stays.
var trackingNames = map[string]bool{
	// click and share ids of advertisers and networks
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true,
	"yclid": true, "twclid": true, "ttclid": true, "li_fat_id": true, "igshid": true, "igsh": true, "epik": true,
	"srsltid": true, "rb_clickid": true, "_branch_match_id": true, "__twitter_impression": true, "ref_src": true,
	"ref_url": true, "fb_action_ids": true, "fb_action_types": true, "fb_source": true, "fb_ref": true, "napm": true,
	// newsletters
	"mc_cid": true, "mc_eid": true, "mkt_tok": true, "_hsenc": true, "_hsmi": true, "__hssc": true, "__hstc": true,
	"__hsfp": true, "hsctatracking": true, "vero_id": true, "vero_conv": true, "oly_anon_id": true, "oly_enc_id": true,
	// web statistics
	"_ga": true, "_gl": true, "_openstat": true, "xtor": true, "wt_mc": true, "wt_zmc": true, "s_cid": true,
	"sc_cid": true, "cmpid": true, "ncid": true, "ocid": true, "smid": true, "wickedid": true, "guccounter": true,
	"guce_referrer": true, "guce_referrer_sig": true, "at_medium": true, "at_campaign": true,
	// sessions
	"phpsessid": true, "jsessionid": true, "sessionid": true, "session_id": true, "cfid": true, "cftoken": true, "zenid": true, "oscsid": true,
}

// trackingPrefixes begin the names of whole families of such parameters.
var trackingPrefixes = []string{"utm_", "hsa_", "mtm_", "matomo_", "pk_", "aspsessionid"}

// tracking reports whether the query parameter of that name can be left out.
func tracking(name string) bool {
	name = strings.ToLower(name)
	if trackingNames[name] {
		return true
	}
	for _, prefix := range trackingPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
