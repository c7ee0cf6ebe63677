// Package address knows when two addresses lead to the same piece and when an address belongs to an
// outlet. Outlets print one piece under many addresses: with and without www, on a mobile host,
// with tracking parameters, under another section. All functions are pure and take any bytes.
package address
