# The twelve rules of bench/reference.py, as one set of the rules that fire.
package twelve

import rego.v1

embargo := {"IR", "KP", "SY", "CU"}
concern := {"CN", "HK", "MO", "RU", "IR", "KP", "CU", "VE"}
adequates := {
	"AD", "AR", "CA", "FO", "GG", "IL", "IM", "JP", "JE", "NZ", "KR", "CH", "GB", "UY", "US", "BR", "IS", "LI", "NO",
	"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT",
	"NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
}
lines := {"genomic": 100, "biometric": 1000, "geolocation": 1000, "health": 10000, "financial": 10000, "personal": 100000}

concerned if input.dest in concern
concerned if input.covered_person
concerned if {
	input.owner in concern
	input.own_pct >= 50
}

adequate if input.dest in adequates

exempt if {
	input.purpose in {"contract", "hr", "emergency", "legal_claim"}
	not input.ciio
	input.category != "important"
}

emergency_only if {
	input.purpose == "emergency"
	input.tech_level == 0
}

harmless if {
	input.encrypted
	input.anonymised
	input.own_pct < 50
}

many if input.n_persons > 1000000
many if input.n_sensitive > 10000
many if input.category == "important"

some_persons if input.n_persons > 100000
some_persons if input.n_sensitive > 0

weighty if input.tech_level >= 1
weighty if not adequate

lacks(names) if count({s | some s in input.safeguards} & names) == 0

fired contains "r1" if {
	input.dest in embargo
	not emergency_only
}

fired contains "r2" if {
	input.tech_level >= 3
	concerned
	lacks({"licence"})
}

fired contains "r3" if {
	concerned
	input.n_persons > lines[input.category]
	not harmless
}

fired contains "r4" if {
	input.category == "genomic"
	input.dest in concern
	input.purpose != "emergency"
}

fired contains "r5" if {
	input.recipient_type == "government"
	not adequate
	input.purpose != "legal_claim"
}

fired contains "r6" if {
	input.ciio
	not input.anonymised
	lacks({"assessment"})
}

fired contains "r7" if {
	not input.anonymised
	not exempt
	many
	lacks({"assessment"})
}

fired contains "r8" if {
	not input.anonymised
	not exempt
	some_persons
	lacks({"scc", "cert", "assessment"})
}

fired contains "r9" if {
	not adequate
	not input.anonymised
	not exempt
	lacks({"scc", "bcr", "cert", "consent"})
}

fired contains "r10" if {
	input.onward
	not adequate
	lacks({"onward_clause"})
}

fired contains "r11" if {
	input.retention_days > 365
	input.category in {"health", "biometric", "genomic", "financial"}
	not input.encrypted
}

fired contains "r12" if {
	not input.encrypted
	weighty
	input.recipient_type != "affiliate"
}
