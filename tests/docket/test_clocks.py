"""Every clock of every procedure on its day, counted by hand over weekends, holidays and days of rest that are worked.

A row is a clock, what was done on which day, and the last day (of a validity, the day it ceases). Working days of the mainland in 2026, for the
counts: rest on 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep, 1-7 Oct; worked Sun 4 Jan, Sat 14 Feb, Sat 28 Feb, Sat 9 May, Sun 20 Sep,
Sat 10 Oct. The first of them is the day after the start. Where the working days of a place are not published, the day lies between the ends.
"""

from __future__ import annotations

from functools import cache

import pytest
from filed import day, playing, procedure, text

from comity import shelf
from comity.docket.matter import Matter, RefusedError
from comity.docket.procedure import Kind
from comity.facts.value import MAX

DOCUMENT = {"name": "a.pdf", "sha256": "0" * 64}
SCOPE = {"exporters": ["exporter"], "importers": ["importer"], "assets": ["asset"], "movements": ["movement"]}

DATA = "cn.data-export/security-assessment"
CONTRACT = "cn.data-export/standard-contract"
GBA = "cn.data-export/gba-contract"
FOREIGN = "cn.data-export/foreign-authority-approval"
BLOCKING = "cn.countermeasures/blocking-exemption"
TECHNOLOGY = "cn.technology-export/licence"
REGISTRATION = "cn.technology-export/registration"
DUAL = "cn.export-control/licence"
GENES = "cn.human-genetic-resources"
EAR = "us.ear/licence"

ACCEPTED = "declare 2026-02-09; forward 2026-02-12; accept 2026-03-02"
OLD_PASS = "declare 2023-07-03; forward 2023-07-07; accept 2023-07-14; pass 2023-10-20"
DUAL_ACCEPTED = "apply 2026-02-24; accept 2026-03-02"
HELD_BACK = "apply 2026-01-05; accept 2026-01-06; refuse 2026-02-02"
CERTIFIED = "apply 2026-01-05; certify 2026-01-15"
EAR_DENIED = "apply 2026-01-05; register 2026-01-05; warn 2026-03-10; respond 2026-03-20; warn 2026-03-23; refuse 2026-04-01"

ROWS = [
    # -- China: security assessment ------------------------------------------------------------------------------------------------------
    # Mon 12 Jan: 13, 14, 15, 16 are four, Mon 19 is the fifth
    (f"{DATA}/completeness", "declare 2026-01-12", "2026-01-19"),
    # Fri 13 Feb: Sat 14 is worked and first, nine days of rest, Tue 24 to Fri 27 are second to fifth
    (f"{DATA}/completeness", "declare 2026-02-13", "2026-02-27"),
    # Sat 19 Sep, a day of rest: Sun 20 is worked and first, Mon 21 to Thu 24 are second to fifth
    (f"{DATA}/completeness", "declare 2026-09-19", "2026-09-24"),
    # begins anew when completed on Tue 20 Jan: 21, 22, 23, then Mon 26 and Tue 27
    (f"{DATA}/completeness", "declare 2026-01-12; return 2026-01-14; complete 2026-01-20", "2026-01-27"),
    # Wed 29 Apr: Thu 30 first, five days of rest, 6, 7, 8 May second to fourth, Sat 9 worked and fifth, Mon 11, Tue 12
    (f"{DATA}/acceptance", "declare 2026-04-27; forward 2026-04-29", "2026-05-12"),
    # Mon 2 Mar: 4 to Fri 6, 9 to 13, 14 to 20, 19 to 27, 21 to Tue 31, 24 to Fri 3 Apr, Mon 6 rests, 28 to 10, 33 to 17, 38 to 24, 42 to Thu 30,
    # five days of rest, 43 is Wed 6 May, 44 is 7, 45 is Fri 8
    (f"{DATA}/decision", ACCEPTED, "2026-05-08"),
    # a question does not stop it
    (f"{DATA}/decision", f"{ACCEPTED}; ask 2026-03-16; supplement 2026-03-30", "2026-05-08"),
    # twenty more: Sat 9 May worked is 46, 51 to Fri 15, 56 to 22, 61 to 29, then 1, 2, 3, 4 Jun
    (f"{DATA}/decision", f"{ACCEPTED}; extend 2026-04-20 days=20", "2026-06-04"),
    # Fri 12 Jun: 4 to Thu 18, Fri 19 rests, 9 to 26, 11 to Tue 30, 14 to Fri 3 Jul, Mon 6 is the fifteenth
    (f"{DATA}/re-examination", f"{ACCEPTED}; fail 2026-06-12", "2026-07-06"),
    (f"{DATA}/validity", f"{ACCEPTED}; pass 2026-05-08", "2029-05-08"),
    (f"{DATA}/validity", f"{ACCEPTED}; pass 2026-05-11 issued_on=2026-05-08; ask-again 2026-05-12; pass-again 2026-06-10", "2029-06-10"),
    # 20 Oct 2023 and three years; the window closes the day before. Its beginning is counted in a test of its own
    (f"{DATA}/validity", OLD_PASS, "2026-10-20"),
    (f"{DATA}/validity", f"{OLD_PASS}; ask-extension 2026-08-19; prolong 2026-09-16", "2029-10-20"),
    (f"{DATA}/extension", OLD_PASS, "2026-10-19"),
    # Wed 19 Aug: 2 to Fri 21, 7 to 28, Mon 31 is 8, 12 to Fri 4 Sep, 17 to 11, then 14, 15, 16
    (f"{DATA}/extension-decision", f"{OLD_PASS}; ask-extension 2026-08-19", "2026-09-16"),
    # -- China: standard contract, bay area, zone, certificate ---------------------------------------------------------------------------
    # Fri 6 Feb: 5 to Fri 13, Sat 14 worked is 6, nine days of rest, 24 to 27 are 7 to 10; the eleventh, Sat 28, is late
    (f"{CONTRACT}/filing", "assess 2026-01-20; sign 2026-02-06 effective_on=2026-02-06", "2026-02-27"),
    # Tue 22 Sep: 23, 24, then Mon 28 to Wed 30 are 3 to 5, seven days of rest, 8 and 9 Oct are 6 and 7, Sat 10 worked is 8, 12 and 13
    (f"{CONTRACT}/filing", "assess 2026-08-20; sign 2026-09-15 effective_on=2026-09-22", "2026-10-13"),
    # three months after the last of November is the last of February
    (f"{CONTRACT}/fresh-assessment", "assess 2025-12-02 finished_on=2025-11-30", "2026-02-28"),
    # Mon 23 Mar: 4 to Fri 27, 6 to Tue 31, 9 to Fri 3 Apr, Mon 6 rests, 13 to Fri 10, Mon 13, Tue 14
    (f"{CONTRACT}/review", "assess 2026-03-02; sign 2026-03-16 effective_on=2026-03-16; file 2026-03-23", "2026-04-14"),
    # Thu 23 Apr: Fri 24, 27 to 30 are 2 to 5, five days of rest, 6 to 8 May are 6 to 8, Sat 9 worked is 9, Mon 11
    (f"{CONTRACT}/supplementing", "assess 2026-03-02; sign 2026-03-16 effective_on=2026-03-16; file 2026-03-23; reject 2026-04-23", "2026-05-11"),
    # again from Mon 11 May: 4 to Fri 15, 9 to 22, 14 to 29, Mon 1 Jun
    (
        f"{CONTRACT}/review",
        "assess 2026-03-02; sign 2026-03-16 effective_on=2026-03-16; file 2026-03-23; reject 2026-04-23; supplement 2026-05-11",
        "2026-06-01",
    ),
    (f"{CONTRACT}/term", "assess 2026-03-02; sign 2026-03-16 effective_on=2026-03-16; end 2026-11-02 ended_on=2026-10-31", "2026-10-31"),
    # Fri 12 Jun: 4 to Thu 18, Fri 19 rests, 9 to 26, Mon 29
    (f"{GBA}/filing", "assess 2026-05-20; sign 2026-06-12 effective_on=2026-06-12", "2026-06-29"),
    (f"{GBA}/fresh-assessment", "assess 2026-05-20", "2026-08-20"),
    (f"{GBA}/term", "assess 2026-05-20; sign 2026-06-12 effective_on=2026-06-12; end 2026-12-31", "2026-12-31"),
    # Mon 14 Sep: 4 to Fri 18, Sun 20 worked is 5, 9 to Thu 24, Fri 25 rests, 28 to 30 are 10 to 12, seven days of rest, 8, 9, Sat 10 worked
    ("cn.data-export/zone-report/reporting", "transfer 2026-09-14", "2026-10-10"),
    ("cn.data-export/certification/validity", CERTIFIED, "2029-01-15"),
    ("cn.data-export/certification/renewal", CERTIFIED, "2028-07-15"),
    ("cn.data-export/certification/renewal", f"{CERTIFIED}; apply-renewal 2028-07-10; renew 2028-12-20", "2031-06-20"),
    ("cn.data-export/records/keeping", "record 2025-02-10", "2028-02-10"),
    # 60 days from 2 Feb: 26 in February, 57 with March, 3 Apr
    (f"{FOREIGN}/reconsideration", "request 2026-01-05; refuse 2026-02-02", "2026-04-03"),
    (f"{FOREIGN}/action", "request 2026-01-05; refuse 2026-02-02", "2026-08-02"),
    # 15 days from 20 May: 11 in May, 4 Jun
    (f"{FOREIGN}/action-after", "request 2026-01-05; refuse 2026-02-02; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
    # Fri 6 Feb, as for the contract
    ("cn.algorithm/filing/filing", "begin 2026-02-06", "2026-02-27"),
    # -- China: human genetic resources ---------------------------------------------------------------------------------------------------
    # Mon 26 Jan: 4 to Fri 30, 9, 14 to 13 Feb, Sat 14 worked is 15, nine days of rest, 19 to Fri 27, Sat 28 worked is 20; ten more: 25 to 6 Mar, 30 to 13
    (f"{GENES}/cooperation/decision", "apply 2026-01-19; accept 2026-01-26", "2026-02-28"),
    (f"{GENES}/cooperation/decision", "apply 2026-01-19; accept 2026-01-26; extend 2026-02-27", "2026-03-13"),
    # Wed 2 Sep: 2 to Fri 4, 7 to 11, 12 to 18, Sun 20 worked is 13, 17 to Thu 24, three days of rest, 28, 29, 30
    (f"{GENES}/export-certificate/decision", "apply 2026-09-01; accept 2026-09-02", "2026-09-30"),
    *((f"{GENES}/{name}/reconsideration", HELD_BACK, "2026-04-03") for name in ("cooperation", "export-certificate")),
    *((f"{GENES}/{name}/action", HELD_BACK, "2026-08-02") for name in ("cooperation", "export-certificate")),
    *(
        (f"{GENES}/{name}/action-after", f"{HELD_BACK}; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04")
        for name in ("cooperation", "export-certificate")
    ),
    # the end of February has no thirty-first
    ("cn.human-genetic-resources/final-report/reporting", "conclude 2026-08-31", "2027-02-28"),
    # -- China: blocking rules, calendar days ---------------------------------------------------------------------------------------------
    # 2 May: 29 to the end of May, 1 Jun
    ("cn.countermeasures/blocking-report/reporting", "meet 2026-05-06 met_on=2026-05-02", "2026-06-01"),
    # 10 Sep: 20 to the end of September, 10 Oct, holidays counted
    (f"{BLOCKING}/decision", "apply 2026-09-10", "2026-10-10"),
    (f"{BLOCKING}/reconsideration", "apply 2026-01-05; refuse 2026-02-02", "2026-04-03"),
    (f"{BLOCKING}/action", "apply 2026-01-05; refuse 2026-08-31", "2027-02-28"),
    (f"{BLOCKING}/action-after", "apply 2026-01-05; refuse 2026-02-02; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
    # -- China: approvals of which the law tells no time, but how long a refusal can be fought: as above ------------------------------------
    *(
        (f"{path}/{clock}", f"{first} 2026-01-05; {no} 2026-02-02{more}", due)
        for path, first, no in (
            *((f"cn.countermeasures/{law}-approval", "apply", "refuse") for law in ("uel", "afsl", "decree-835")),
            ("cn.export-control/control-list-approval", "apply", "refuse"),
            ("cn.export-control/end-use-doubt", "report", "bar"),
            ("cn.export-control/voucher", "register", "refuse"),
            (f"{GENES}/security-review", "apply", "fail"),
            ("cn.technology-export/secrecy-review", "apply", "refuse"),
        )
        for clock, more, due in (
            ("reconsideration", "", "2026-04-03"),
            ("action", "", "2026-08-02"),
            ("action-after", "; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
        )
    ),
    # -- China: technology ----------------------------------------------------------------------------------------------------------------
    # Mon 12 Jan: 4 to Fri 16, 9, 14 to 30, 19 to 6 Feb, 24 to 13, Sat 14 worked is 25, nine days of rest, 29 to Fri 27, Sat 28 worked is 30
    (f"{TECHNOLOGY}/letter-decision", "apply 2026-01-12", "2026-02-28"),
    # Mon 2 Mar: 4, 9, 14, 19 to Fri 27, 21 to Tue 31, 24 to 3 Apr, Mon 6 rests, 28 to Fri 10, Mon 13, Tue 14
    (f"{TECHNOLOGY}/letter-decision", "apply 2026-03-02", "2026-04-14"),
    (f"{TECHNOLOGY}/letter-validity", "apply 2026-01-12; issue-letter 2026-03-02", "2029-03-02"),
    (f"{TECHNOLOGY}/letter-use", "apply 2026-01-12; issue-letter 2026-03-02", "2029-03-02"),
    # Thu 2 Apr: Fri 3, three days of rest, 7 to 10 are 2 to 5, 10 to 17, 15 to 24; the tenth, when the buyer wants the drawings, is Fri 17
    (f"{TECHNOLOGY}/licence-decision", "apply 2026-01-12; issue-letter 2026-03-02; sign-contract 2026-04-01; apply-licence 2026-04-02", "2026-04-24"),
    (f"{TECHNOLOGY}/reconsideration", "apply 2026-01-12; refuse 2026-02-02", "2026-04-03"),
    (f"{TECHNOLOGY}/action", "apply 2026-01-12; refuse 2026-02-02", "2026-08-02"),
    (f"{TECHNOLOGY}/action-after", "apply 2026-01-12; refuse 2026-02-02; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
    # Thu 30 Apr: five days of rest, 6, 7, 8 May
    (f"{REGISTRATION}/certificate", "file 2026-04-30", "2026-05-08"),
    # Fri 27 Feb: Sat 28 worked, Mon 2, Tue 3 Mar
    (f"{REGISTRATION}/certificate", "file 2026-02-27", "2026-03-03"),
    (f"{REGISTRATION}/reconsideration", "file 2026-01-12; refuse 2026-02-02", "2026-04-03"),
    (f"{REGISTRATION}/action", "file 2026-01-12; refuse 2026-02-02", "2026-08-02"),
    (f"{REGISTRATION}/action-after", "file 2026-01-12; refuse 2026-02-02; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
    # -- China: dual-use items ------------------------------------------------------------------------------------------------------------
    # as the assessment above
    (f"{DUAL}/decision", DUAL_ACCEPTED, "2026-05-08"),
    # checked from Mon 16 to Thu 26 Mar: 17 to 20 and 23 to 26 are eight, so the fifty-third: Sat 9 May worked is 46, 51 to Fri 15, 18, 19
    (f"{DUAL}/decision", f"{DUAL_ACCEPTED}; begin-check 2026-03-16; end-check 2026-03-26", "2026-05-19"),
    # two checks, the second from Thu 2 to Tue 7 Apr: Fri 3 and Tue 7 are two, so two more: Wed 20, Thu 21 May
    (f"{DUAL}/decision", f"{DUAL_ACCEPTED}; begin-check 2026-03-16; end-check 2026-03-26; begin-check 2026-04-02; end-check 2026-04-07", "2026-05-21"),
    (f"{DUAL}/decision", f"{DUAL_ACCEPTED}; begin-check 2026-03-16", "never"),
    (f"{DUAL}/decision", f"{DUAL_ACCEPTED}; note-watch-list 2026-03-03", "never"),
    (f"{DUAL}/decision", f"{DUAL_ACCEPTED}; refer 2026-03-20", "never"),
    # Mon 8 Jun: 4 to Fri 12, 8 to Thu 18, Fri 19 rests, 13 to 26, 15 to Tue 30, 18 to 3 Jul, 6, 7
    (f"{DUAL}/amendment", f"{DUAL_ACCEPTED}; grant-single 2026-05-11; ask-amendment 2026-06-08", "2026-07-07"),
    (f"{DUAL}/single-validity", f"{DUAL_ACCEPTED}; grant-single 2026-05-11", "2027-05-11"),
    (f"{DUAL}/general-validity", f"{DUAL_ACCEPTED}; grant-general 2026-05-11", "2029-05-11"),
    # 60 days from 11 May: 20 in May, 50 with June, 10 Jul
    (f"{DUAL}/reconsideration", f"{DUAL_ACCEPTED}; refuse 2026-05-11", "2026-07-10"),
    (f"{DUAL}/action", f"{DUAL_ACCEPTED}; grant-single 2026-05-11; suspend 2026-06-30", "2026-12-30"),
    (f"{DUAL}/action-after", f"{DUAL_ACCEPTED}; grant-single 2026-05-11; suspend 2026-06-30; reconsider 2026-07-01; uphold 2026-08-20", "2026-09-04"),
    *(
        (f"cn.export-control/{name}/{clock}", f"{first} 2026-01-05; refuse 2026-02-02{more}", due)
        for name, first in (("foreign-check", "report"), ("end-use-change", "apply"))
        for clock, more, due in (
            ("reconsideration", "", "2026-04-03"),
            ("action", "", "2026-08-02"),
            ("action-after", "; reconsider 2026-03-02; uphold 2026-05-20", "2026-06-04"),
        )
    ),
    ("cn.export-control/temporary-control/control", "announce 2025-09-01", "2027-09-01"),
    ("cn.export-control/temporary-control/control", "announce 2025-09-01; prolong 2027-08-20 prolonged_on=2027-09-01", "2029-09-01"),
    # -- United States --------------------------------------------------------------------------------------------------------------------
    # 15 Jan: 16 to the end of January, 44 with February, 1 Mar
    ("us.dsp/specific-licence/decision", "apply 2026-01-15", "2026-03-01"),
    # complete on 10 Feb: 18 to the end of February, 27 Mar
    ("us.dsp/specific-licence/decision", "apply 2026-01-15; ask 2026-01-30; complete 2026-02-10", "2026-03-27"),
    ("us.dsp/specific-licence/action", "apply 2026-01-15; refuse 2026-03-02", "2032-03-02"),
    # 31 Jan: 28 with February, 2 Mar
    ("us.dsp/advisory-opinion/answer-by", "request 2026-01-31", "2026-03-02"),
    # 20 Feb: 8 to the end of February, 6 Mar
    ("us.dsp/onward-breach/reporting", "notice 2026-02-24 aware_on=2026-02-20", "2026-03-06"),
    # 24 Dec: 7 to the end of the year, 7 Jan
    ("us.dsp/rejected-offer/reporting", "reject 2025-12-24", "2026-01-07"),
    ("us.dsp/annual-report/year", "transact 2025-10-06", "2026-01-01"),
    ("us.dsp/annual-report/reporting", "transact 2025-10-06", "2026-03-01"),
    # the last day of a year belongs to it, the first to the next
    ("us.dsp/annual-report/reporting", "transact 2025-12-31", "2026-03-01"),
    ("us.dsp/annual-report/reporting", "transact 2026-01-01", "2027-03-01"),
    # a year later, however early or late the first report was
    ("us.dsp/annual-report/reporting", "transact 2025-10-06; report 2026-01-09; transact-again 2026-01-12", "2027-03-01"),
    ("us.dsp/annual-report/reporting", "transact 2025-10-06; report 2026-04-01; transact-again 2026-04-01 transacted_on=2026-01-12", "2027-03-01"),
    ("us.dsp/audit/year", "transact 2026-03-20", "2027-01-01"),
    ("us.dsp/audit/auditing", "transact 2026-03-20", "2026-12-31"),
    ("us.dsp/audit/auditing", "transact 2026-12-31", "2026-12-31"),
    # 15 Dec: 16 to the end of the year, 47 with January, 13 Feb
    ("us.dsp/audit/reporting", "transact 2026-03-20; complete 2026-12-15", "2027-02-13"),
    ("us.dsp/records/keeping", "record 2026-02-28", "2036-02-28"),
    # 5 Jan: 26 to the end of January, 54, 85 with March, 5 Apr
    (f"{EAR}/decision", "apply 2026-01-02; register 2026-01-05", "2026-04-05"),
    # on hold from 2 to 12 Feb: ten days
    (f"{EAR}/decision", "apply 2026-01-02; register 2026-01-05; hold 2026-02-02; answer 2026-02-12", "2026-04-15"),
    (f"{EAR}/response", "apply 2026-01-05; register 2026-01-05; warn 2026-03-10", "2026-03-30"),
    # 1 Apr: 29 to the end of April, 16 May
    (f"{EAR}/appealing", EAR_DENIED, "2026-05-16"),
    (f"{EAR}/validity", "apply 2026-01-05; register 2026-01-05; grant 2026-03-01", "2030-03-01"),
    (f"{EAR}/action", f"{EAR_DENIED}; appeal 2026-04-10; uphold 2026-06-01", "2032-06-01"),
    # 10 Jan: 21 to the end of January, 9 Feb
    ("us.ear/encryption-classification/wait", "submit 2026-01-10", "2026-02-09"),
    ("us.ear/encryption-classification/term", "submit 2026-01-10; return 2026-01-20", "2026-01-20"),
    ("us.ear/encryption-report/year", "export 2025-07-01", "2026-01-01"),
    ("us.ear/encryption-report/reporting", "export 2025-07-01", "2026-02-01"),
    # -- European Union and United Kingdom ------------------------------------------------------------------------------------------------
    # 12 Jan: 19 to the end of January, 47 with February, 9 Mar; six weeks more: 22 to the end of March, 20 Apr
    *((f"eu.gdpr/{name}/opinion-by", "apply 2025-12-01; submit 2026-01-12", "2026-03-09") for name in ("own-clauses", "public-arrangement", "binding-rules")),
    *(
        (f"eu.gdpr/{name}/opinion-by", "apply 2025-12-01; submit 2026-01-12; extend 2026-02-02", "2026-04-20")
        for name in ("own-clauses", "public-arrangement", "binding-rules")
    ),
    *(
        (f"eu.gdpr/{name}/reply-by", "apply 2025-12-01; submit 2026-01-12; opine 2026-03-02", "2026-03-16")
        for name in ("own-clauses", "public-arrangement", "binding-rules")
    ),
    ("eu.gdpr/adequacy-review/reviewing", "adopt 2026-01-26", "2030-01-26"),
    *((f"uk.gdpr/{name}/action", "apply 2025-12-01; refuse 2026-01-31", "2026-04-30") for name in ("own-clauses", "public-arrangement", "binding-rules")),
    # -- elsewhere ------------------------------------------------------------------------------------------------------------------------
    # Wed 1 Mar 2023: 2, 3, 6, 7, then 8 is a holiday, 9, 10, 13, 14, 15, 16
    ("ru.personal-data/transfer-notice/standstill", "notice 2023-03-01", "2023-03-16"),
    # Wed 23 Apr 2025: 24, 25, then 28 to 30 are 3 to 5, Thu 1 and Fri 2 May rest, 5 to 7 are 6 to 8, Thu 8 and Fri 9 rest, 12, 13
    ("ru.personal-data/transfer-notice/standstill", "notice 2025-04-23", "2025-05-13"),
    ("ru.personal-data/transfer-notice/action", "notice 2023-03-01; bar 2023-03-10", "2023-06-10"),
    # Mon 6 Oct 2025: 7, 8, 9, 10, Mon 13
    ("tr.kvkk/contract-notice/notifying", "sign 2025-10-06", "2025-10-13"),
    # a change signed on Mon 3 Nov 2025: 4, 5, 6, 7, Mon 10
    ("tr.kvkk/contract-notice/notifying", "sign 2025-10-06; notify 2025-10-13; change 2025-11-03", "2025-11-10"),
    # 1 Feb: 27 to the end of February, 58 with March, 2 Apr
    ("vn.pdpl/transfer-dossier/filing", "begin 2026-02-01", "2026-04-02"),
    # 20 Feb: 8 to the end of February, 7 Mar
    ("vn.data/export-report/reporting", "transfer 2026-02-20", "2026-03-07"),
    # 10 Mar: 21 to the end of March, 9 Apr
    ("ar.pdpl/contract-filing/filing", "sign 2026-03-10", "2026-04-09"),
    ("kr.pipa/suspension-order/objection", "order 2026-09-11", "2026-09-18"),
    ("kr.pipa/certification-notice/term", "name 2024-02-29", "2029-02-28"),
    ("sa.pdpl/list-review/reviewing", "publish 2026-03-01", "2030-03-01"),
    ("br.lgpd/adequacy-review/reviewing", "find 2026-01-26", "2030-01-26"),
    ("br.lgpd/adequacy-review/reviewing", "find 2026-01-26; review 2030-01-10", "2034-01-10"),
    ("my.pdpa/impact-assessment/validity", "assess 2025-05-15", "2028-05-15"),
    ("my.pdpa/impact-assessment/renewal", "assess 2025-05-15", "2028-05-14"),
    ("my.pdpa/impact-assessment/renewal", "assess 2025-05-15; assess-anew 2028-05-02", "2031-05-01"),
]

# What starts a clock besides, each on Mon 2 Mar 2026. Working days from there: 3 is Thu 5, 5 is Mon 9, 15 is Mon 23, 20 is Mon 30 Mar, 30 and 45 as above.
# Days: 29 to the end of March, 59 with April, 90 with May.
REFUSED = "apply 2026-01-05; refuse 2026-02-02"
LETTER = "apply 2026-01-05; issue-letter 2026-02-02; sign-contract 2026-02-03; apply-licence 2026-02-04"
REGISTERED = "file 2026-01-05; register 2026-01-06"
GRANTED = "apply 2026-01-05; register 2026-01-05; grant 2026-02-02"
DENIED = "apply 2026-01-05; register 2026-01-05; warn 2026-01-20; refuse 2026-02-02"
OVERTURNED = ("reconsider 2026-02-03; set-aside 2026-03-02", "sue 2026-02-03; annul 2026-03-02")
ANEW = [
    (f"{BLOCKING}/decision", "2026-04-01", [f"{REFUSED}; {how}" for how in OVERTURNED]),
    (f"{DATA}/completeness", "2026-03-09", ["declare 2026-01-05; forward 2026-01-06; decline 2026-01-07; declare-anew 2026-03-02"]),
    (f"{DATA}/re-examination", "2026-03-23", ["declare 2026-01-05; forward 2026-01-06; accept 2026-01-07; pass 2026-03-02"]),
    (f"{DUAL}/decision", "2026-05-08", ["apply 2026-01-05; accept 2026-01-06; refuse 2026-02-02; reconsider 2026-02-03; set-aside 2026-03-02"]),
    (
        f"{DUAL}/reconsideration",
        "2026-05-01",
        [
            f"apply 2026-01-05; accept 2026-01-06; grant-single 2026-02-02; {end}"
            for end in ("ask-amendment 2026-02-03; refuse-amendment 2026-03-02", "suspend 2026-03-02", "revoke 2026-03-02")
        ],
    ),
    (f"{DUAL}/action", "2026-09-02", ["apply 2026-01-05; accept 2026-01-06; grant-single 2026-02-02; revoke 2026-03-02"]),
    *((f"{GENES}/{name}/decision", "2026-03-30", [f"{HELD_BACK}; {how}" for how in OVERTURNED]) for name in ("cooperation", "export-certificate")),
    (f"{GENES}/cooperation/reconsideration", "2026-05-01", ["apply 2026-01-05; accept 2026-01-06; approve 2026-02-02; revoke 2026-03-02"]),
    (f"{GENES}/cooperation/action", "2026-09-02", ["apply 2026-01-05; accept 2026-01-06; approve 2026-02-02; revoke 2026-03-02"]),
    (f"{GENES}/export-certificate/reconsideration", "2026-05-01", ["apply 2026-01-05; accept 2026-01-06; issue 2026-02-02; revoke 2026-03-02"]),
    (f"{GENES}/export-certificate/action", "2026-09-02", ["apply 2026-01-05; accept 2026-01-06; issue 2026-02-02; revoke 2026-03-02"]),
    # ten more than Mon 30 Mar: 1 to Tue 31, 4 to Fri 3 Apr, Mon 6 rests, 8 to Fri 10, Mon 13, Tue 14, which is the thirtieth counted above
    (f"{GENES}/export-certificate/decision", "2026-04-14", ["apply 2026-01-05; accept 2026-03-02; extend 2026-03-27"]),
    (
        f"{TECHNOLOGY}/letter-decision",
        "2026-04-14",
        [f"{REFUSED}; {how}" for how in (*OVERTURNED, "apply-anew 2026-03-02")] + ["apply 2026-01-05; ask 2026-01-06; complete 2026-03-02"],
    ),
    (
        f"{TECHNOLOGY}/licence-decision",
        "2026-03-23",
        [f"{LETTER}; refuse-licence 2026-02-05; {how.replace('2026-02-03', '2026-02-06')}" for how in OVERTURNED]
        + [f"{LETTER}; ask-licence 2026-02-05; complete-licence 2026-03-02"],
    ),
    *(
        (f"{TECHNOLOGY}/{clock}", due, [f"{LETTER}; {end}" for end in ("refuse-licence 2026-03-02", "issue-licence 2026-02-05; suspend 2026-03-02")])
        for clock, due in (("reconsideration", "2026-05-01"), ("action", "2026-09-02"))
    ),
    *(
        (f"{TECHNOLOGY}/{clock}", due, [f"{LETTER}; issue-licence 2026-02-05; revoke 2026-03-02"])
        for clock, due in (("reconsideration", "2026-05-01"), ("action", "2026-09-02"))
    ),
    (
        f"{REGISTRATION}/certificate",
        "2026-03-05",
        [
            f"file 2026-01-05; {end}"
            for end in (
                "refuse 2026-02-02; file-anew 2026-03-02",
                "ask 2026-01-06; complete 2026-03-02",
                "register 2026-01-06; report-change 2026-03-02",
                *(f"refuse 2026-02-02; {how}" for how in OVERTURNED),
            )
        ],
    ),
    (f"{REGISTRATION}/reconsideration", "2026-05-01", [f"{REGISTERED}; revoke 2026-03-02"]),
    (f"{REGISTRATION}/action", "2026-09-02", [f"{REGISTERED}; revoke 2026-03-02"]),
    ("us.dsp/specific-licence/decision", "2026-04-16", [f"{REFUSED}; ask-anew 2026-03-02", f"{REFUSED}; sue 2026-02-03; remand 2026-03-02"]),
    ("us.dsp/specific-licence/action", "2032-03-02", ["apply 2026-01-05; grant 2026-02-02; revoke 2026-03-02"]),
    ("us.dsp/advisory-opinion/answer-by", "2026-04-01", ["request 2026-01-05; ask 2026-01-06; complete 2026-03-02"]),
    ("us.dsp/audit/year", "2027-01-01", ["transact 2025-11-03; complete 2025-12-01; report 2025-12-15; transact-again 2026-03-02"]),
    (
        f"{EAR}/decision",
        "2026-05-31",
        [f"{DENIED}; appeal 2026-02-03; reverse 2026-03-02", f"{DENIED}; appeal 2026-02-03; uphold 2026-02-04; sue 2026-02-05; remand 2026-03-02"],
    ),
    (f"{EAR}/appealing", "2026-04-16", [f"{GRANTED}; suspend 2026-03-02", f"{GRANTED}; revoke 2026-03-02"]),
    (f"{EAR}/action", "2032-03-02", [f"{GRANTED}; revoke 2026-03-02"]),
    ("us.ear/encryption-report/year", "2027-01-01", ["export 2025-11-03; report 2026-01-12; export-again 2026-03-02"]),
    ("eu.gdpr/adequacy-review/reviewing", "2030-03-02", ["adopt 2022-03-02; review 2026-03-02"]),
    ("uk.gdpr/own-clauses/action", "2026-06-02", ["apply 2026-01-05; authorise 2026-02-02; take-back 2026-03-02"]),
    ("uk.gdpr/public-arrangement/action", "2026-06-02", ["apply 2026-01-05; authorise 2026-02-02; take-back 2026-03-02"]),
    ("uk.gdpr/binding-rules/action", "2026-06-02", ["apply 2026-01-05; approve 2026-02-02; take-back 2026-03-02"]),
    ("sa.pdpl/list-review/reviewing", "2030-03-02", ["publish 2022-03-02; review 2026-03-02"]),
    ("kr.pipa/certification-notice/term", "2031-03-02", ["name 2022-03-02; name-again 2026-03-02"]),
    # Wed 23 Apr 2025, as above
    (
        "ru.personal-data/transfer-notice/standstill",
        "2025-05-13",
        ["notice 2025-03-03; bar 2025-03-10; notice-anew 2025-04-23", "notice 2025-03-03; ask 2025-03-04; tell 2025-04-23"],
    ),
]
ROWS += [(path, events, due) for path, due, every in ANEW for events in every]


def played(rulebook, name, events):
    return playing("m", rulebook, name, events, SCOPE, {})


def running(path, events):
    rulebook, name, clock = path.split("/")
    return next(one for one in played(rulebook, name, events).clocks(shelf.calendars()) if one.clock.name == clock)


def published(path, found, due):
    """Are the days published that such a clock counts by, if it counts any?"""
    calendar = shelf.calendars().get(procedure(*path.split("/")[:2]).place)
    return found.clock.unit != "workdays" or (
        calendar is not None and calendar.first <= min(found.start.lo, due) and max(found.start.hi, due) <= calendar.horizon
    )


@pytest.mark.parametrize(("path", "events", "due"), ROWS)
def test_a_clock_ends_on_its_day(path, events, due):
    found = running(path, events)
    if due == "never":
        assert found.ends.hi == MAX
        assert found.over(day("2040-01-01")) is not True
        return
    assert found.ends.lo <= day(due) <= found.ends.hi
    assert found.sure or not published(path, found, day(due)), (text(found.ends.lo), text(found.ends.hi))
    last = day(due) if found.clock.kind is not Kind.VALIDITY else day(due) - 1
    assert found.over(last) is not True
    assert found.over(last + 1) is (True if found.sure else None)


def test_every_clock_of_every_procedure_has_its_row():
    shipped = {f"{folder.name}/{name}/{clock}" for folder in shelf.proceeding() for name, one in shelf.procedures(folder).items() for clock in one.clocks}
    assert shipped == {row[0] for row in ROWS}


@cache
def passed():
    return played("cn.data-export", "security-assessment", OLD_PASS)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-06-01", "which has not begun"),
        # counted back from Tue 20 Oct: Mon 19 is 1, 6 to Mon 12, Sat 10 worked is 7, 9 and 8 are 8 and 9, seven days of rest, 12 to Mon 28 Sep, three of
        # rest, 16 to Mon 21, Sun 20 worked is 17, 22 to 14, 27 to 7, 31 to Tue 1, 32 is Mon 31 Aug, 37 to 24, 42 to 17, 47 to 10, 52 to 3, 57 to 27 Jul,
        # 24, 23 and 22 are 58 to 60
        ("2026-07-21", "which has not begun"),
        ("2026-07-22", ""),
        ("2026-08-19", ""),  # forty remain: 37 is Mon 24 Aug, 21, 20, 19
        ("2026-10-19", ""),
        ("2026-10-20", "is over"),
    ],
)
def test_prolongation_is_asked_for_within_the_last_sixty_working_days(on, why):
    asked = (passed(), "ask-extension", {"exporter"}, {"unchanged": DOCUMENT}, day(on), 9, shelf.calendars())
    if not why:
        assert Matter.after(*asked).stage == "extension-asked"
        return
    with pytest.raises(RefusedError, match=why):
        Matter.after(*asked)


def test_once_prolonged_it_is_not_asked_for_again_before_the_next_window():
    longer = played("cn.data-export", "security-assessment", f"{OLD_PASS}; ask-extension 2026-08-19; prolong 2026-09-16")
    with pytest.raises(RefusedError, match="which has not begun"):
        longer.after("ask-extension", {"exporter"}, {"unchanged": DOCUMENT}, day("2026-11-02"), 9, shelf.calendars())


@pytest.mark.parametrize(
    ("path", "events", "act", "last"),
    [
        ("cn.data-export/records", "record 2025-02-10", "destroy", "2028-02-10"),
        ("us.dsp/records", "record 2026-02-28", "destroy", "2036-02-28"),
        ("us.ear/encryption-classification", "submit 2026-01-10", "begin", "2026-02-09"),
    ],
)
def test_nothing_is_done_while_it_stands_still(path, events, act, last):
    matter = played(*path.split("/"), events)
    with pytest.raises(RefusedError, match="is over for sure"):
        matter.after(act, {"exporter"}, {}, day(last), 9, shelf.calendars())
    assert matter.after(act, {"exporter"}, {}, day(last) + 1, 9, shelf.calendars()).made[-1].act == act


def test_one_notice_opens_listed_states_at_once_and_others_after_ten_working_days():
    noticed = played("ru.personal-data", "transfer-notice", "notice 2023-03-01")
    listed = noticed.after("send-listed", {"exporter"}, {"state": "KZ"}, day("2023-03-01"), 2, shelf.calendars())
    with pytest.raises(RefusedError, match="is over for sure"):
        listed.after("send-unlisted", {"exporter"}, {"state": "US"}, day("2023-03-16"), 3, shelf.calendars())
    assert listed.after("send-unlisted", {"exporter"}, {"state": "US"}, day("2023-04-17"), 3, shelf.calendars()).stage == "sending"


def test_fifty_working_days_after_acceptance_are_not_late_where_eight_were_a_check():
    # Mon 2 Mar: 45 is Fri 8 May, Sat 9 worked, 11, 12, 13, and Thu 14 is the fiftieth; forty-two have run
    checked = running(f"{DUAL}/decision", f"{DUAL_ACCEPTED}; begin-check 2026-03-16; end-check 2026-03-26")
    assert checked.over(day("2026-05-14")) is False
    assert running(f"{DUAL}/decision", DUAL_ACCEPTED).over(day("2026-05-14")) is True


def test_a_filing_on_the_eleventh_working_day_is_late():
    effective = running(f"{CONTRACT}/filing", "assess 2026-01-20; sign 2026-02-06 effective_on=2026-02-06")
    assert effective.over(day("2026-02-27")) is False
    assert effective.over(day("2026-02-28")) is True


def test_a_yearly_duty_is_owed_again_for_the_next_year():
    again = running("us.dsp/annual-report/reporting", "transact 2025-10-06; report 2026-01-09; transact-again 2026-01-12")
    assert again.met is None
    assert again.awaited is True


def test_a_time_that_is_referred_upwards_does_not_run():
    assert running(f"{DUAL}/decision", f"{DUAL_ACCEPTED}; refer 2026-03-20").paused
    decided = running(f"{DUAL}/decision", f"{DUAL_ACCEPTED}; refer 2026-03-20; grant-single 2026-12-01")
    assert text(decided.met) == "2026-12-01"
    assert decided.over(day("2026-12-01")) is False


def test_control_for_a_time_ends_by_itself_and_is_prolonged_twice_at_most():
    twice = played("cn.export-control", "temporary-control", "announce 2025-09-01; prolong 2027-08-20 prolonged_on=2027-09-01; prolong 2029-08-20")
    with pytest.raises(RefusedError, match="not made at the stage 'controlled-last'"):
        twice.after("prolong", {"authority"}, {"prolonged_on": "2031-08-20"}, day("2031-08-01"), 9, shelf.calendars())
    assert twice.on(day("2031-08-19"), shelf.calendars()).stage == "controlled-last"
    assert twice.on(day("2031-08-20"), shelf.calendars()).stage == "lifted"


def test_a_window_that_begins_past_what_is_published_is_not_sure():
    ahead = running(f"{DATA}/extension", f"{ACCEPTED}; pass 2026-05-08")
    assert text(ahead.ends.lo) == text(ahead.ends.hi) == "2029-05-07"
    assert not ahead.sure
