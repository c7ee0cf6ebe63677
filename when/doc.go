// Package when reads the dates that news outlets print: the standard forms and the forms that
// libraries read wrongly, such as Korean dates, zone names, and local times without a zone, for which the
// outlet's zone applies. It is pure: what is now is always an argument.
package when
