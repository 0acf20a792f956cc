/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool.h"

/* of every command on rows */
#define TOOL_BULK (TOOL_OUT | TOOL_REJECTS | TOOL_THREADS | TOOL_SET | TOOL_KEEP | TOOL_KEEP_ALL | TOOL_ANSWERS)

const struct command tool_commands[] = {
	{ "fee", "PERSON --year Y", 1, 1, TOOL_YEAR | TOOL_PAID_ON | TOOL_MONTHS | TOOL_ON, tool_fee,
	  { "what is owed for a year, by whom, and when", "某年度应缴多少、由谁负担、何时缴" },
	  { "PERSON is a JSON document or \"-\", standard input. Prints each charge of coverage\n"
	    "year Y, what each payer owes of it, and the window in which it is paid.\n"
	    "\n"
	    "  --year Y          coverage year, 2026: the year that is paid for\n"
	    "  --paid-on DATE    day of payment: tells in which window it falls\n"
	    "  --months N        months that a monthly charge is owed for, to have their sum\n"
	    "  --on DATE         figures of this day, where a wage year begins in mid-year\n"
	    "                    (else of the first day of the coverage year)\n"
	    "\n"
	    "  yibao fee person.json --year 2026 --paid-on 2025-11-20 --explain\n",
	    "PERSON（参保人）为 JSON 文件，或写作“-”，即标准输入。\n"
	    "输出 Y 年度的各项缴费、各方负担多少，以及缴费所在的集中缴费期。\n"
	    "\n"
	    "  --year Y          待遇年度，如 2026，即所缴保费对应的年度\n"
	    "  --paid-on DATE    缴费日期，用以判断属于哪个缴费期\n"
	    "  --months N        按月缴费的月数，给出后计算合计\n"
	    "  --on DATE         取该日的标准，用于缴费基数在年中调整的地区（否则取待遇年度首日）\n"
	    "\n"
	    "  yibao fee person.json --year 2026 --paid-on 2025-11-20 --explain\n" } },
	{ "refund", "PERSON --month YYYY-MM", 1, 1,
	  TOOL_MONTH | TOOL_YEAR | TOOL_INTEREST | TOOL_CONTRIBUTION | TOOL_ON | TOOL_PAID_ON | TOOL_PAID, tool_refund,
	  { "what is credited to the personal account", "个人账户划入多少" },
	  { "PERSON is a JSON document or \"-\", standard input. One of these is asked:\n"
	    "\n"
	    "  --month YYYY-MM        what is credited to the personal account in that month\n"
	    "  --year Y               the medical year that begins in Y, month by month\n"
	    "  --interest --on DATE   interest on the account, settled on that day\n"
	    "  --contribution --year Y --paid-on DATE --on DATE [--paid AMOUNT]\n"
	    "                         can the contribution for year Y, paid on the one day, be\n"
	    "                         asked back on the other? With --paid also: how much\n"
	    "\n"
	    "  yibao refund person.json --month 2026-03 --explain\n",
	    "PERSON（参保人）为 JSON 文件，或写作“-”，即标准输入。可以问以下之一：\n"
	    "\n"
	    "  --month YYYY-MM        当月划入个人账户多少\n"
	    "  --year Y               自 Y 年开始的医保年度，逐月列出\n"
	    "  --interest --on DATE   个人账户在该日结算的利息\n"
	    "  --contribution --year Y --paid-on DATE --on DATE [--paid AMOUNT]\n"
	    "                         于前一日期缴纳的 Y 年度保费，能否在后一日期申请退费；\n"
	    "                         给出 --paid（已缴金额）时并计算退多少\n"
	    "\n"
	    "  yibao refund person.json --month 2026-03 --explain\n" } },
	{ "eligibility", "PERSON --on DATE", 1, 1, TOOL_ON | TOOL_PAID_ON | TOOL_YEAR | TOOL_REPAIRED, tool_eligibility,
	  { "covered or not, and from which day", "是否享受待遇、自哪一天起" },
	  { "PERSON is a JSON document or \"-\", standard input; its cover history is read from\n"
	    "\"yb_cover\". Prints from which day cover runs, how long is waited and why, and\n"
	    "what would shorten the wait. A day or a year is needed:\n"
	    "\n"
	    "  --on DATE         is the person covered on this day?\n"
	    "  --paid-on DATE    day of the payment that cover rests on (else as \"yb_cover\" says)\n"
	    "  --year Y          coverage year (else that of --on, else of --paid-on)\n"
	    "  --repaired N      missed years that are paid for as a repair\n"
	    "\n"
	    "  yibao eligibility person.json --on 2026-03-01 --paid-on 2026-01-10\n",
	    "PERSON（参保人）为 JSON 文件，或写作“-”，即标准输入；参保经历取自其中的“yb_cover”。\n"
	    "输出自哪一天起享受待遇、等待多久及其原因，以及怎样可以缩短等待期。\n"
	    "日期或年度至少给出一个：\n"
	    "\n"
	    "  --on DATE         该日是否享受待遇\n"
	    "  --paid-on DATE    缴费日期（否则以“yb_cover”所载为准）\n"
	    "  --year Y          待遇年度（否则取 --on 所在年度，再否则取 --paid-on 所在年度）\n"
	    "  --repaired N      通过缴费修复的断保年数\n"
	    "\n"
	    "  yibao eligibility person.json --on 2026-03-01 --paid-on 2026-01-10\n" } },
	{ "rewards", "PERSON --year Y", 1, 1, TOOL_YEAR, tool_rewards,
	  { "what continuous cover adds to a ceiling", "连续参保和零报销激励" },
	  { "PERSON is a JSON document or \"-\", standard input; its cover history is read from\n"
	    "\"yb_cover\", with \"claimed\" in each year. Prints by how much years of continuous\n"
	    "cover and years without a claim raise the ceiling of serious-illness insurance\n"
	    "in coverage year Y.\n"
	    "\n"
	    "  yibao rewards person.json --year 2026 --explain\n",
	    "PERSON（参保人）为 JSON 文件，或写作“-”，即标准输入；参保经历取自其中的“yb_cover”，\n"
	    "每一年另需“claimed”（当年是否报销）。\n"
	    "输出连续参保和零报销使 Y 年度大病保险最高支付限额提高多少。\n"
	    "\n"
	    "  yibao rewards person.json --year 2026 --explain\n" } },
	{ "settle", "PERSON CLAIM", 2, 2, TOOL_LEDGER_FILE | TOOL_POST | TOOL_KEY | TOOL_POSTING_DAY, tool_settle,
	  { "settle a bill", "结算一张医疗费用单" },
	  { "PERSON and CLAIM are JSON documents; one of them may be \"-\", standard input.\n"
	    "Prints what each fund pays, what comes from the personal account and what is\n"
	    "paid in cash.\n"
	    "\n"
	    "  --ledger FILE       what the year has used up, the ordinal of the stay and the\n"
	    "                      balance of the account are those of this ledger\n"
	    "  --post --key KEY    and post it there, once, under this key\n"
	    "  --posting-day DATE  on this day of entry (today)\n"
	    "\n"
	    "  yibao settle person.json claim.json --explain\n"
	    "  yibao settle person.json claim.json --ledger family.ledger --post --key Z1\n",
	    "PERSON（参保人）与 CLAIM（就诊费用）为 JSON 文件，其一可写作“-”，即标准输入。\n"
	    "输出各项基金支付多少、个人账户支付多少、个人现金支付多少。\n"
	    "\n"
	    "  --ledger FILE       年度累计、住院次数和账户余额取自该账本\n"
	    "  --post --key KEY    并以此幂等键记入账本，只记一次\n"
	    "  --posting-day DATE  入账日（缺省为今天）\n"
	    "\n"
	    "  yibao settle person.json claim.json --explain\n"
	    "  yibao settle person.json claim.json --ledger family.ledger --post --key Z1\n" } },
	{ "bulk settle", "IN.csv [-o OUT.csv] [--rejects FILE] [--keep NAME,...] [--answers NAME,...] [--histories] [--overlay FILE --by NAME,...]", 1, 1,
	  TOOL_BULK | TOOL_HISTORIES | TOOL_WHATIF, tool_bulk_settle,
	  { "settle the bills in the rows of a CSV file", "结算 CSV 文件各行的费用单" },
	  { "The first line of IN.csv names the columns: fields of person and bill, attributes\n"
	    "and running totals of the documents (\"yibao bulk columns\"); an attribute of the\n"
	    "person may be written psn.NAME. Amounts are in yuan, days YYYY-MM-DD. An empty cell\n"
	    "is a fact that is not known; \"\" in a set of codes says that there are none.\n"
	    "\n"
	    "  -o, --out OUT.csv  where the rows go with outcome, reason and amounts (else\n"
	    "                     standard output); it is there when all rows are\n"
	    "  --rejects FILE     rows that are not answered go there, with row, line and reason\n"
	    "  --set NAME=TEXT    a fact that is the same for every row; may be repeated\n"
	    "  --keep NAME[,NAME] columns that are no facts and go to the output as they are; may\n"
	    "                     be repeated\n"
	    "  --keep-all         every such column, but one whose name is nearly that of a fact\n"
	    "  --answers NAME[,NAME]  the amounts to write (all; \"basic.deductible\" of a layer)\n"
	    "  --histories        the bills of each psn_no in the order of enddate and mdtrt_id, with\n"
	    "                     running totals, ordinals and account carried from one to the next\n"
	    "  --threads N        how many threads work (1); the answers are the same\n"
	    "\n"
	    "With one of these, the rows are settled without and with the overlays, and sums are\n"
	    "printed: before and after, for how many an amount falls or rises and by how much,\n"
	    "who pays, and the amount by cost; OUT.csv then has the sums.\n"
	    "\n"
	    "  --by NAME[,NAME]   groups by up to three columns\n"
	    "  --value NAME       the amount (psn_part_amt, what the person bears)\n"
	    "  --weight COLUMN    a column of IN.csv that says for how many a row stands\n"
	    "  --bins WORDS       classes of cost: how many (10), or their edges: 1000,10000\n"
	    "  --svg FILE         a picture of it\n"
	    "  --histories        under both laws each bill knows what those before it came to; for how\n"
	    "                     many an amount falls or rises is told of persons by the year\n"
	    "\n"
	    "  yibao bulk settle stays.csv --overlay reform.yaml --by hosp_lv --svg reform.svg\n"
	    "  yibao bulk settle stays.csv --set insutype=310 -o settled.csv --rejects bad.csv\n"
	    "\n"
	    "Exit status 0 when every row was answered or refused by a rule, 1 when some were\n"
	    "not, 3 when some were bad.\n",
	    "IN.csv 首行为列名：参保人和费用单的字段、政策文件的属性和累计额（见“yibao bulk columns”）；\n"
	    "参保人的属性可写作 psn.名称。金额以元计，日期为 YYYY-MM-DD。空单元格表示不详；\n"
	    "代码集合列中的 \"\" 表示明确没有。\n"
	    "\n"
	    "  -o, --out OUT.csv  输出文件，各行附结果、原因和金额（否则为标准输出）；全部算完才出现\n"
	    "  --rejects FILE     未算出的行写入该文件，附行号和原因\n"
	    "  --set NAME=TEXT    各行相同的信息，可多次给出\n"
	    "  --keep NAME[,NAME] 与结算无关、原样写出的列，可多次给出\n"
	    "  --keep-all         所有与结算无关的列；列名与某项信息相近者仍须以 --keep 指明\n"
	    "  --answers NAME[,NAME]  写出哪些金额（缺省全部；也可为某层的结果，如 basic.deductible）\n"
	    "  --histories        按 psn_no 分人，依 enddate、mdtrt_id 的先后逐张结算，累计额、住院次数\n"
	    "                     和账户余额逐张结转\n"
	    "  --threads N        线程数（1），结果相同\n"
	    "\n"
	    "给出以下任一选项时，各行分别按叠加文件前后结算并汇总：前后合计、多少人次减少或增加及金额、\n"
	    "由谁支付、按费用分组；此时 OUT.csv 为汇总表。\n"
	    "\n"
	    "  --by NAME[,NAME]   按至多三列分组\n"
	    "  --value NAME       比较的金额（psn_part_amt，个人负担）\n"
	    "  --weight COLUMN    IN.csv 中表示每行代表多少的列\n"
	    "  --bins WORDS       费用分组：组数（10）或分界：1000,10000\n"
	    "  --svg FILE         输出图形\n"
	    "  --histories        两侧均逐张结转；减少和增加按每人每年度计\n"
	    "\n"
	    "  yibao bulk settle stays.csv --overlay reform.yaml --by hosp_lv --svg reform.svg\n"
	    "  yibao bulk settle stays.csv --set insutype=310 -o settled.csv --rejects bad.csv\n"
	    "\n"
	    "各行均已算出或按规定不予办理时退出状态为 0，有行未算出时为 1，有行数据有误时为 3。\n" } },
	{ "bulk fee", "IN.csv [--year Y] [-o OUT.csv] [--rejects FILE] [--keep NAME,...] [--answers NAME,...]", 1, 1,
	  TOOL_BULK | TOOL_YEAR | TOOL_PAID_ON | TOOL_MONTHS | TOOL_ON, tool_bulk_fee,
	  { "what the persons in the rows of a CSV file owe", "计算 CSV 文件各行参保人应缴多少" },
	  { "The first line of IN.csv names the columns: fields and attributes of a person, and\n"
	    "year, paid_on, months, on as \"yibao fee\" has them (\"yibao bulk columns fee\"). Amounts are\n"
	    "in yuan, days YYYY-MM-DD; an empty cell is a fact that is not known.\n"
	    "\n"
	    "  --year Y, --paid-on DATE, --months N, --on DATE\n"
	    "                     the same for every row, where the file has no such column\n"
	    "  --answers NAME[,NAME]  what is written: results that documents name (basic.person), or\n"
	    "                     all of them; else what each payer owes: due.person, month.total\n"
	    "  -o, --out OUT.csv  where the rows go with outcome, reason and answers (else standard\n"
	    "                     output); it is there when all rows are\n"
	    "  --rejects FILE     rows that are not answered go there, with row, line and reason\n"
	    "  --set NAME=TEXT    a fact that is the same for every row; may be repeated\n"
	    "  --keep NAME[,NAME], --keep-all  columns that are no facts go to the output as they are\n"
	    "  --threads N        how many threads work (1); the answers are the same\n"
	    "\n"
	    "  yibao bulk fee persons.csv --year 2026 -o owed.csv --rejects bad.csv\n"
	    "\n"
	    "Exit status 0 when every row was answered or refused by a rule, 1 when some were\n"
	    "not, 3 when some were bad.\n",
	    "IN.csv 首行为列名：参保人的字段和属性，以及year、paid_on、months、on（含义同“yibao fee”，见“yibao bulk columns fee”）。\n"
	    "金额以元计，日期为 YYYY-MM-DD；空单元格表示不详。\n"
	    "\n"
	    "  --year Y, --paid-on DATE, --months N, --on DATE\n"
	    "                     各行相同，用于文件中没有该列时\n"
	    "  --answers NAME[,NAME]  写出哪些结果（如 basic.person），或 all 即全部；\n"
	    "                     缺省为各方应缴金额：due.person、month.total 等\n"
	    "  -o, --out OUT.csv  输出文件，各行附结果、原因和答案（否则为标准输出）；全部算完才出现\n"
	    "  --rejects FILE     未算出的行写入该文件，附行号和原因\n"
	    "  --set NAME=TEXT    各行相同的信息，可多次给出\n"
	    "  --keep NAME[,NAME], --keep-all  与所问无关、原样写出的列\n"
	    "  --threads N        线程数（1），结果相同\n"
	    "\n"
	    "  yibao bulk fee persons.csv --year 2026 -o owed.csv --rejects bad.csv\n"
	    "\n"
	    "各行均已算出或按规定不予办理时退出状态为 0，有行未算出时为 1，有行数据有误时为 3。\n" } },
	{ "bulk refund", "IN.csv [--month YYYY-MM] [-o OUT.csv] [--rejects FILE] [--keep NAME,...] [--answers NAME,...]", 1, 1,
	  TOOL_BULK | TOOL_MONTH, tool_bulk_refund,
	  { "what is credited to the accounts of the persons in the rows", "计算 CSV 文件各行参保人当月划入多少" },
	  { "The first line of IN.csv names the columns: fields and attributes of a person, and\n"
	    "\"on\", any day of the month that is asked about (\"yibao bulk columns refund\"). Amounts are\n"
	    "in yuan, days YYYY-MM-DD; an empty cell is a fact that is not known.\n"
	    "\n"
	    "  --month YYYY-MM    the same for every row, where the file has no column \"on\"\n"
	    "  --answers NAME[,NAME]  what is written: results that documents name (retired.gross), or\n"
	    "                     all of them; else the sum, credit\n"
	    "  -o, --out OUT.csv  where the rows go with outcome, reason and answers (else standard\n"
	    "                     output); it is there when all rows are\n"
	    "  --rejects FILE     rows that are not answered go there, with row, line and reason\n"
	    "  --set NAME=TEXT    a fact that is the same for every row; may be repeated\n"
	    "  --keep NAME[,NAME], --keep-all  columns that are no facts go to the output as they are\n"
	    "  --threads N        how many threads work (1); the answers are the same\n"
	    "\n"
	    "  yibao bulk refund persons.csv --month 2026-03 -o credited.csv --rejects bad.csv\n"
	    "\n"
	    "Exit status 0 when every row was answered or refused by a rule, 1 when some were\n"
	    "not, 3 when some were bad.\n",
	    "IN.csv 首行为列名：参保人的字段和属性，以及on，即所问月份的任何一天（见“yibao bulk columns refund”）。\n"
	    "金额以元计，日期为 YYYY-MM-DD；空单元格表示不详。\n"
	    "\n"
	    "  --month YYYY-MM    各行相同，用于文件中没有 on 列时\n"
	    "  --answers NAME[,NAME]  写出哪些结果（如 retired.gross），或 all 即全部；缺省为合计 credit\n"
	    "  -o, --out OUT.csv  输出文件，各行附结果、原因和答案（否则为标准输出）；全部算完才出现\n"
	    "  --rejects FILE     未算出的行写入该文件，附行号和原因\n"
	    "  --set NAME=TEXT    各行相同的信息，可多次给出\n"
	    "  --keep NAME[,NAME], --keep-all  与所问无关、原样写出的列\n"
	    "  --threads N        线程数（1），结果相同\n"
	    "\n"
	    "  yibao bulk refund persons.csv --month 2026-03 -o credited.csv --rejects bad.csv\n"
	    "\n"
	    "各行均已算出或按规定不予办理时退出状态为 0，有行未算出时为 1，有行数据有误时为 3。\n" } },
	{ "bulk eligibility", "IN.csv [--on DATE] [-o OUT.csv] [--rejects FILE] [--keep NAME,...] [--answers NAME,...]", 1, 1,
	  TOOL_BULK | TOOL_ON | TOOL_PAID_ON | TOOL_YEAR | TOOL_REPAIRED, tool_bulk_eligibility,
	  { "whether the persons in the rows are covered, and from when", "判断 CSV 文件各行参保人是否享受待遇、自哪一天起" },
	  { "The first line of IN.csv names the columns: fields and attributes of a person, on,\n"
	    "paid_on, year, repaired as \"yibao eligibility\" has them, and yb_cover, the earlier\n"
	    "cover as in the document of a person (\"yibao bulk columns eligibility\"):\n"
	    "\n"
	    "  \"[{\"\"insutype\"\": \"\"390\"\", \"\"year\"\": 2024}]\"      [] where there was none\n"
	    "\n"
	    "Amounts are in yuan, days YYYY-MM-DD; an empty cell is a fact that is not known.\n"
	    "\n"
	    "  --on DATE, --paid-on DATE, --year Y, --repaired N\n"
	    "                     the same for every row, where the file has no such column\n"
	    "  --answers NAME[,NAME]  what is written (all): covered, start, wait.months, rule, ...\n"
	    "  -o, --out OUT.csv  where the rows go with outcome, reason and answers (else standard\n"
	    "                     output); it is there when all rows are\n"
	    "  --rejects FILE     rows that are not answered go there, with row, line and reason\n"
	    "  --set NAME=TEXT    a fact that is the same for every row; may be repeated\n"
	    "  --keep NAME[,NAME], --keep-all  columns that are no facts go to the output as they are\n"
	    "  --threads N        how many threads work (1); the answers are the same\n"
	    "\n"
	    "  yibao bulk eligibility persons.csv --on 2026-03-01 -o covered.csv --rejects bad.csv\n"
	    "\n"
	    "Exit status 0 when every row was answered or refused by a rule, 1 when some were\n"
	    "not, 3 when some were bad.\n",
	    "IN.csv 首行为列名：参保人的字段和属性，on、paid_on、year、repaired（含义同\n"
	    "“yibao eligibility”），以及 yb_cover，即参保经历，写法同参保人文件\n"
	    "（见“yibao bulk columns eligibility”）：\n"
	    "\n"
	    "  \"[{\"\"insutype\"\": \"\"390\"\", \"\"year\"\": 2024}]\"      没有参保经历时为 []\n"
	    "\n"
	    "金额以元计，日期为 YYYY-MM-DD；空单元格表示不详。\n"
	    "\n"
	    "  --on DATE, --paid-on DATE, --year Y, --repaired N\n"
	    "                     各行相同，用于文件中没有该列时\n"
	    "  --answers NAME[,NAME]  写出哪些结果（缺省全部）：covered、start、wait.months、rule 等\n"
	    "  -o, --out OUT.csv  输出文件，各行附结果、原因和答案（否则为标准输出）；全部算完才出现\n"
	    "  --rejects FILE     未算出的行写入该文件，附行号和原因\n"
	    "  --set NAME=TEXT    各行相同的信息，可多次给出\n"
	    "  --keep NAME[,NAME], --keep-all  与所问无关、原样写出的列\n"
	    "  --threads N        线程数（1），结果相同\n"
	    "\n"
	    "  yibao bulk eligibility persons.csv --on 2026-03-01 -o covered.csv --rejects bad.csv\n"
	    "\n"
	    "各行均已算出或按规定不予办理时退出状态为 0，有行未算出时为 1，有行数据有误时为 3。\n" } },
	{ "bulk columns", "[QUESTION]", 0, 1, 0, tool_bulk_columns,
	  { "the columns that rows of a question have", "列出各行可有的列" },
	  { "QUESTION is settle (where it is not said), fee, refund or eligibility. Prints every\n"
	    "column: always (no row is answered without it), asked (a rule of a document asks for it) or may; then\n"
	    "the answers that --answers may name.\n",
	    "QUESTION 为 settle（缺省）、fee、refund 或 eligibility。列出每一列：必需（缺少则各行均无法算出）、\n"
	    "规则用到、可选；然后列出 --answers 可用的结果。\n" } },
	{ "policy list", "", 0, 0, 0, tool_policy_list,
	  { "the policy documents there are", "列出现有的政策文件" },
	  { "Prints id, title and the beginning of the SHA-256 of every policy document, and\n"
	    "which were set aside and why.\n",
	    "列出每份政策文件的编号、名称和 SHA-256 的开头，以及被搁置的文件及其原因。\n" } },
	{ "policy show", "ID [--on DATE]", 1, 1, TOOL_ON, tool_policy_show,
	  { "a policy document as readable text", "以可读文字显示一份政策文件" },
	  { "ID is one that \"yibao policy list\" prints, 110000/310 for example. With\n"
	    "--on YYYY-MM-DD only the figures in force on that day are shown.\n",
	    "ID 即“yibao policy list”列出的编号，如 110000/310。\n"
	    "加 --on YYYY-MM-DD 只显示该日有效的数值。\n" } },
	{ "policy check", "FILE...", 1, (size_t)-1, 0, tool_policy_check,
	  { "check policy documents completely", "完整检查政策文件" },
	  { "Reads each FILE strictly and prints every fault with its line and column.\n"
	    "Parents are looked for among the files, in the folder of each file, and in the\n"
	    "policy directories. A FILE \"-\" is standard input.\n",
	    "严格读取每个 FILE，逐条列出错误所在的行与列。\n"
	    "上级文件先在所给文件中找，再在各文件所在目录和政策目录中找。\n"
	    "FILE 写作“-”时读标准输入。\n" } },
	{ "policy test", "FILE|ID...", 1, (size_t)-1, TOOL_COVERAGE, tool_policy_test,
	  { "run the worked examples in policy documents", "运行政策文件中的算例" },
	  { "Each vector of each FILE, or of each document ID that \"yibao policy list\" prints,\n"
	    "is computed and compared exactly. What differs is printed, and at the end one\n"
	    "line that counts.\n"
	    "\n"
	    "  --coverage        also which clauses, rows and edges no vector touches\n",
	    "逐一计算每个 FILE（或“yibao policy list”列出的编号 ID）中的算例并精确比对，\n"
	    "列出不符之处，最后一行给出计数。\n"
	    "\n"
	    "  --coverage        并列出没有算例触及的条款、表格的行和界限\n" } },
	{ "policy diff", "A B", 1, 2, TOOL_ON | TOOL_CASES | TOOL_EXAMPLES | TOOL_SEED, tool_policy_diff,
	  { "what differs between two policy documents", "比较两份政策文件" },
	  { "A and B are files, or ids that \"yibao policy list\" prints. Prints in words which\n"
	    "clause was added, removed or changed, with the sources of both sides, and what\n"
	    "that does to the answers: both are asked for the persons and claims of their\n"
	    "vectors and for others made from the values at which their rules change.\n"
	    "With one document and --overlay FILE, it is compared with itself so laid over.\n"
	    "\n"
	    "  --on DATE         only what is in force on that day\n"
	    "  --cases N         made up for each question (400); 0: the clauses alone\n"
	    "  --examples N      changed cases printed for each question (3)\n"
	    "  --seed N          of the made-up cases (1): the same seed, the same cases\n"
	    "\n"
	    "  yibao policy diff 000000/310 110000/310\n"
	    "  yibao policy diff 110000/310 --overlay reform.yaml\n",
	    "A 和 B 为文件，或“yibao policy list”列出的编号。以文字列出哪些条款新增、删除或改变\n"
	    "及双方依据，并比较结果：以双方算例中的参保人和费用单、以及按双方规则变化处的取值\n"
	    "生成的样本，逐一询问双方。\n"
	    "只给一份文件并加 --overlay FILE 时，与叠加后的自身比较。\n"
	    "\n"
	    "  --on DATE         只比较该日有效的内容\n"
	    "  --cases N         每类问题生成的样本数（400）；0 为只比较条款\n"
	    "  --examples N      每类问题列出的例子数（3）\n"
	    "  --seed N          样本的种子（1）：种子相同则样本相同\n"
	    "\n"
	    "  yibao policy diff 000000/310 110000/310\n"
	    "  yibao policy diff 110000/310 --overlay reform.yaml\n" } },
	{ "policy sources", "ID [--on DATE]", 1, 1, TOOL_ON, tool_policy_sources,
	  { "the legal sources of a policy document", "列出一份政策文件的依据" },
	  { "Prints every source with its confidence and what rests on it, what the document\n"
	    "declares unsupported, and every figure with its place and sources. With\n"
	    "--on YYYY-MM-DD it says which figures are stale on that day.\n",
	    "列出每项依据、其可信度及所支撑的条款，文件声明不支持的事项，以及每个数值的位置和依据。\n"
	    "加 --on YYYY-MM-DD 指出哪些数值到该日已过期。\n" } },
	{ "receipt verify", "DECISION", 1, 1, 0, tool_receipt_verify,
	  { "work an earlier answer out again", "重新计算以前的结果" },
	  { "DECISION is what a question printed with --json, or \"-\", standard input. The\n"
	    "question is asked again of the same facts and of the policy texts that the receipt\n"
	    "names by their SHA-256, and the answers are compared. The texts are taken from the\n"
	    "archive, and from the policies where they are still the same.\n"
	    "\n"
	    "  yibao --archive kept --json settle person.json claim.json > decision.json\n"
	    "  yibao --archive kept receipt verify decision.json\n"
	    "\n"
	    "Exit status 0 when equal, 1 when different or not to be reproduced.\n",
	    "DECISION 为某次提问以 --json 输出的文件，或写作“-”，即标准输入。\n"
	    "以相同的信息和凭证所列（以 SHA-256 标识）的政策文本重新提问，并比较两次结果。\n"
	    "文本取自档案目录；现有政策文件未变时也可取自其中。\n"
	    "\n"
	    "  yibao --archive kept --json settle person.json claim.json > decision.json\n"
	    "  yibao --archive kept receipt verify decision.json\n"
	    "\n"
	    "一致时退出状态为 0，不一致或无法重新计算时为 1。\n" } },
	{ "policy profile", "FILE --id REGION --issuer TEXT --docno TEXT|--url TEXT", 1, 1,
	  TOOL_ID | TOOL_ISSUER | TOOL_DOCNO | TOOL_URL | TOOL_PUBLISHED, tool_policy_profile,
	  { "a province's codes, from the dictionary of interface 1901", "由1901字典生成一省的编码文件" },
	  { "Reads the dictionary download of the national platform, JSON or tab-separated\n"
	    "text with type, label, value, parentValue, sort, valiFlag and version, and prints\n"
	    "a document REGION/codes for the folder of policies. The source of the codes is\n"
	    "told by --issuer, --docno or --url, --published and --confidence (official).\n"
	    "What could not be decided stands in comments: look at it before it is used.\n",
	    "读取国家平台字典表下载（1901）的输出，JSON 或以制表符分隔的文本，\n"
	    "列为 type、label、value、parentValue、sort、valiFlag、version，\n"
	    "输出可放入政策目录的文件 REGION/codes。\n"
	    "依据由 --issuer、--docno 或 --url、--published 和 --confidence（缺省 official）给出。\n"
	    "不能自动判定之处以注释列出，使用前请核对。\n" } },
	{ "ledger init", "FILE", 1, 1, 0, tool_ledger_init,
	  { "make a ledger", "建立账本" },
	  { "Makes the ledger FILE and beside it FILE.key, with which identity numbers are\n"
	    "hashed; nobody but you may read them. Nothing is overwritten. Keep both: without\n"
	    "the key persons can be told by their person number only.\n"
	    "\n"
	    "  yibao ledger init family.ledger\n",
	    "建立账本 FILE，并在其旁建立 FILE.key（身份证件号码的哈希密钥），均只有本人可读。\n"
	    "不覆盖已有文件。请一并保存：没有密钥就只能按人员编号识别参保人。\n"
	    "\n"
	    "  yibao ledger init family.ledger\n" } },
	{ "ledger post", "FILE TXN...", 2, (size_t)-1, TOOL_POSTING_DAY | TOOL_BATCH, tool_ledger_post,
	  { "post what has happened", "记账" },
	  { "Each TXN is a JSON document or \"-\", standard input: what kind of transaction it\n"
	    "is and its facts, as yibao-ledger(5) tells them. It is on the disk when its line is\n"
	    "printed. One whose key was posted before is not posted again.\n"
	    "\n"
	    "  --posting-day DATE  the day of entry (today)\n"
	    "  --batch             each TXN has a transaction on every line; all are posted, or\n"
	    "                      none\n"
	    "\n"
	    "A person is told by \"psn_no\" or \"certno\" in the document. The identity number\n"
	    "is never written into the ledger, and no option takes it: what stands on a command\n"
	    "line is in the list of processes.\n"
	    "\n"
	    "  yibao ledger post family.ledger contribution.json\n"
	    "  yibao ledger post family.ledger --batch 2026-01.jsonl --posting-day 2026-01-31\n",
	    "每个 TXN 为 JSON 文件，或写作“-”，即标准输入：写明业务类别及其要素，见 yibao-ledger(5)。\n"
	    "输出该行时即已写入磁盘。幂等键相同者不重复入账。\n"
	    "\n"
	    "  --posting-day DATE  入账日（缺省为今天）\n"
	    "  --batch             每个 TXN 每行一笔业务；全部入账，或全部不入账\n"
	    "\n"
	    "参保人由文件中的“psn_no”或“certno”指明。身份证件号码不写入账本，\n"
	    "也不能写在命令行上：命令行会出现在进程列表中。\n"
	    "\n"
	    "  yibao ledger post family.ledger contribution.json\n"
	    "  yibao ledger post family.ledger --batch 2026-01.jsonl --posting-day 2026-01-31\n" } },
	{ "ledger balance", "FILE --person P", 1, 1, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_ACCOUNT | TOOL_ON | TOOL_AXIS, tool_ledger_balance,
	  { "the balance of a person or an account", "查询个人或账户余额" },
	  { "Whose balance is told by one of:\n"
	    "\n"
	    "  --person P          person number; what the family gave and waits to be taken too\n"
	    "  --certno-from FILE  \"certno\" in a JSON document, or in \"-\", standard input\n"
	    "  --account NAME      fund/310100, clearing/wx_city, cash ... see yibao-ledger(5)\n"
	    "\n"
	    "  --on DATE           at the end of that day (else after all that was posted)\n"
	    "  --axis AXIS         business: by the day on which it happened (the default);\n"
	    "                      posting: by the day of entry\n"
	    "\n"
	    "  yibao ledger balance family.ledger --person P1 --on 2026-01-31\n",
	    "以下列之一指明查询谁的余额：\n"
	    "\n"
	    "  --person P          人员编号；并列出家人给予而尚未接收的金额\n"
	    "  --certno-from FILE  取 JSON 文件中的“certno”，或写作“-”，即标准输入\n"
	    "  --account NAME      fund/310100、clearing/wx_city、cash 等，见 yibao-ledger(5)\n"
	    "\n"
	    "  --on DATE           该日终了时（否则为全部入账之后）\n"
	    "  --axis AXIS         business：按业务日（缺省）；posting：按入账日\n"
	    "\n"
	    "  yibao ledger balance family.ledger --person P1 --on 2026-01-31\n" } },
	{ "ledger statement", "FILE --person P", 1, 1, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_ACCOUNT | TOOL_FROM | TOOL_TO | TOOL_AXIS | TOOL_CSV | TOOL_HTML,
	  tool_ledger_statement,
	  { "every entry of a period, with balances", "一段时间的对账单" },
	  { "Prints the balance before, every entry and the balance after it, the balance at the\n"
	    "end, sums by kind, and what is pending. Of whom is told as for \"ledger balance\".\n"
	    "\n"
	    "  --from DATE         first day (else from the beginning)\n"
	    "  --to DATE           last day (else all that was posted)\n"
	    "  --axis AXIS         business (the default) or posting\n"
	    "  --csv, --html       for a spreadsheet; a page to be printed\n"
	    "\n"
	    "  yibao ledger statement family.ledger --person P1 --from 2026-01-01 --to 2026-12-31\n",
	    "输出期初余额、每笔分录及其后的余额、期末余额、按类别的合计，以及未了事项。\n"
	    "查询谁的，与“ledger balance”相同。\n"
	    "\n"
	    "  --from DATE         首日（否则从头开始）\n"
	    "  --to DATE           末日（否则至全部入账）\n"
	    "  --axis AXIS         business（缺省）或 posting\n"
	    "  --csv, --html       供电子表格使用；供打印的网页\n"
	    "\n"
	    "  yibao ledger statement family.ledger --person P1 --from 2026-01-01 --to 2026-12-31\n" } },
	{ "ledger records", "FILE --person P", 1, 1, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_FROM | TOOL_TO | TOOL_CSV, tool_ledger_records,
	  { "contributions, months paid and gaps", "缴费记录、缴费月数与断缴" },
	  { "Prints the contributions of a person and what became of them, and for each scheme\n"
	    "the months and years paid and the gaps. --person and --certno-from are as for\n"
	    "\"ledger balance\".\n"
	    "\n"
	    "  --from DATE         from this month (else from the first one paid)\n"
	    "  --to DATE           through this month\n"
	    "  --csv               the contributions for a spreadsheet\n"
	    "\n"
	    "  yibao ledger records family.ledger --person P1\n",
	    "输出某人的各笔缴费及其结果，以及各险种的缴费月数、年数和断缴期间。\n"
	    "--person 与 --certno-from 同“ledger balance”。\n"
	    "\n"
	    "  --from DATE         自该月起（否则自首个缴费月起）\n"
	    "  --to DATE           至该月止\n"
	    "  --csv               各笔缴费，供电子表格使用\n"
	    "\n"
	    "  yibao ledger records family.ledger --person P1\n" } },
	{ "ledger show", "FILE SEQ|KEY", 2, 2, 0, tool_ledger_show,
	  { "a transaction as it was posted", "显示一笔业务" },
	  { "Prints the transaction of that number or key: its facts, its entries, and the hash\n"
	    "over it and all before it. With --json it is the line that an export writes.\n"
	    "\n"
	    "  yibao ledger show family.ledger 12\n",
	    "按序号或幂等键显示一笔业务：要素、分录，以及它和此前全部业务的哈希。\n"
	    "加 --json 输出与导出文件相同的一行。\n"
	    "\n"
	    "  yibao ledger show family.ledger 12\n" } },
	{ "ledger accumulators", "FILE --person P --year Y", 1, 1, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_YEAR | TOOL_FROM | TOOL_TO | TOOL_CSV, tool_ledger_accumulators,
	  { "what the bills of a year come to", "年度累计" },
	  { "Prints visits, costs, deductible, amounts in scope and what each fund has paid, by\n"
	    "their national names (C0000, F0000, Q0000, S0000, D310100 ...), also for each\n"
	    "medical category. Bills count on their business day.\n"
	    "\n"
	    "  --year Y            the calendar year; or\n"
	    "  --from DATE, --to DATE  first and last day, of a medical year for example\n"
	    "  --csv               for a spreadsheet\n"
	    "\n"
	    "  yibao ledger accumulators family.ledger --person P1 --year 2026\n",
	    "以国家统一名称（C0000、F0000、Q0000、S0000、D310100 等）输出就诊次数、费用、起付线、\n"
	    "符合范围金额和各基金支付的累计，并按医疗类别分列。费用单按业务日计。\n"
	    "\n"
	    "  --year Y            自然年度；或\n"
	    "  --from DATE, --to DATE  首日和末日，如某一医疗年度\n"
	    "  --csv               供电子表格使用\n"
	    "\n"
	    "  yibao ledger accumulators family.ledger --person P1 --year 2026\n" } },
	{ "ledger resettle", "FILE --person P --year Y", 1, 1, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_YEAR | TOOL_POLICY_TODAY | TOOL_POSTING_DAY, tool_ledger_resettle,
	  { "work the bills of a year out again", "重新计算一年的费用单" },
	  { "Works all bills of a person and a medical year out again, in their order, and\n"
	    "posts by how much each should have been otherwise, all or nothing. Each is settled\n"
	    "by the policy texts that it was settled by; with --policy current, by today's.\n"
	    "\n"
	    "  yibao ledger resettle family.ledger --person P1 --year 2026\n",
	    "按先后次序重新计算某人一个医疗年度的全部费用单，并记入各笔应调整的差额，全部或全不。\n"
	    "缺省按当时所依据的政策文本；加 --policy current 则按现行政策。\n"
	    "\n"
	    "  yibao ledger resettle family.ledger --person P1 --year 2026\n" } },
	{ "ledger export", "FILE", 1, 1, 0, tool_ledger_export,
	  { "write a ledger out, a line a transaction", "导出账本，每行一笔" },
	  { "Prints a head, the policy texts that receipts name, and every transaction with its\n"
	    "hash, each a line of JSON. Keep the key file with it: persons who were told by\n"
	    "identity number only are found again by it.\n"
	    "\n"
	    "  yibao ledger export family.ledger > family.jsonl\n",
	    "输出表头、凭证所依据的政策文本和每一笔业务及其哈希，每行一个 JSON。\n"
	    "请与密钥文件一并保存：只以身份证件号码指明的人须凭它才能找回。\n"
	    "\n"
	    "  yibao ledger export family.ledger > family.jsonl\n" } },
	{ "ledger import", "FILE [EXPORT]", 1, 2, 0, tool_ledger_import,
	  { "read an export into an empty ledger", "将导出文件读入空账本" },
	  { "Posts every line of EXPORT, or of standard input, and compares entries and hash with\n"
	    "what it says: the first difference is refused with its line, and nothing is kept.\n"
	    "FILE is a ledger that was made by \"ledger init\"; put the key of the old one in\n"
	    "place of FILE.key.\n"
	    "\n"
	    "  yibao ledger init new.ledger && cp family.ledger.key new.ledger.key\n"
	    "  yibao ledger import new.ledger family.jsonl\n",
	    "逐行记入 EXPORT（缺省为标准输入），并与其中的分录和哈希比对：\n"
	    "遇到第一处不同即指出行号，并全部放弃。FILE 是用“ledger init”新建的账本，\n"
	    "请以原账本的密钥文件替换 FILE.key。\n"
	    "\n"
	    "  yibao ledger init new.ledger && cp family.ledger.key new.ledger.key\n"
	    "  yibao ledger import new.ledger family.jsonl\n" } },
	{ "ledger verify", "FILE [CHECK...]", 1, (size_t)-1, TOOL_HEAD, tool_ledger_verify,
	  { "prove that nothing was changed", "核验账本未被改动" },
	  { "Works everything out again: hashes, facts, entries, balances, persons, totals.\n"
	    "Prints a line for each check, and of one that fails where. A CHECK is format,\n"
	    "schema, chain, order, facts, entries, identities, balances, accounts, persons,\n"
	    "used, documents, closed or orphans; without any, all are made.\n"
	    "\n"
	    "  --head SEQ:HASH     a number and the hash that it had, as \"post\" and \"show\" print\n"
	    "                      it: written down elsewhere, it proves that nobody made the\n"
	    "                      chain anew\n"
	    "\n"
	    "  yibao ledger verify family.ledger\n"
	    "\n"
	    "Exit status 0 when all holds, 5 when a check fails.\n",
	    "重新计算一切：哈希、要素、分录、余额、人员、累计。\n"
	    "每项核验输出一行；不符时指出所在位置。CHECK 为 format、schema、chain、order、facts、\n"
	    "entries、identities、balances、accounts、persons、used、documents、closed 或 orphans；\n"
	    "不写则全部核验。\n"
	    "\n"
	    "  --head SEQ:HASH     某序号及其当时的哈希（见“post”和“show”的输出）：\n"
	    "                      另处抄存的哈希可证明没有人重做整条链\n"
	    "\n"
	    "  yibao ledger verify family.ledger\n"
	    "\n"
	    "全部相符时退出状态为 0，有不符时为 5。\n" } },
	{ "channel list", "[--region R]", 0, 0, TOOL_REGION, tool_channel_list,
	  { "where one can pay, enrol and ask", "列出可缴费、参保和查询的渠道" },
	  { "Prints every channel, what it can do, in which regions, what to beware of, and\n"
	    "the sources. With --region R only those that serve that region, six digits.\n"
	    "It is guidance from articles without sources; it names no amounts.\n"
	    "\n"
	    "  yibao channel list --region 340100\n",
	    "列出各渠道可办的事、适用地区、注意事项和依据。\n"
	    "加 --region R（六位区划代码）只列适用于该地区的渠道。\n"
	    "内容来自没有出处的文章，仅供参考，不含金额。\n"
	    "\n"
	    "  yibao channel list --region 340100\n" } },
	{ "channel steps", "CHANNEL ACTION", 2, 2, 0, tool_channel_steps,
	  { "how to do one thing through one channel", "某渠道办理某事的步骤" },
	  { "CHANNEL is one that \"yibao channel list\" prints. ACTION is pay, proxy_pay,\n"
	    "family_pool, enrol, query_balance, query_records, query_progress, receipt or\n"
	    "consult. Ends with 1 where no source says that the channel serves it.\n"
	    "\n"
	    "  yibao channel steps wx_city pay\n",
	    "CHANNEL 即“yibao channel list”列出的渠道。ACTION 为 pay（缴费）、proxy_pay（代缴）、\n"
	    "family_pool（家庭共济）、enrol（参保登记）、query_balance（查询余额）、\n"
	    "query_records（查询缴费记录）、query_progress（查询办理进度）、receipt（缴费凭证）\n"
	    "或 consult（咨询）。没有依据说明该渠道可办此事时，退出状态为 1。\n"
	    "\n"
	    "  yibao channel steps wx_city pay\n" } },
	{ "ledger reconcile", "FILE BILL --format FORMAT", 2, 2, TOOL_FORMAT | TOOL_FROM | TOOL_TO | TOOL_YEAR | TOOL_CHANNEL | TOOL_INSTITUTION,
	  tool_ledger_reconcile,
	  { "hold a channel's bill against a ledger", "将渠道账单与账本对账" },
	  { "FILE is a ledger, BILL the bill as it was downloaded, unpacked; \"-\" is standard\n"
	    "input. Prints what agrees, what differs and what one side lacks, with sums.\n"
	    "Ends with 1 where the sides do not agree.\n"
	    "\n"
	    "  --format FORMAT   wechat, alipay, unionpay, or of the platform 3201, 3202\n"
	    "  --from DATE       first and last day that are compared (else those of the bill;\n"
	    "  --to DATE         3202 and an empty bill name none)\n"
	    "  --year Y          of a unionpay bill, whose days have no year: that of its last row\n"
	    "  --channel C       as the ledger names it (else all that begin with wx, ali or\n"
	    "                    unionpay)\n"
	    "  --institution H   of 3201 and 3202: fixmedins_code (else all)\n"
	    "\n"
	    "  yibao ledger reconcile city.ledger 20260701.csv --format wechat\n",
	    "FILE 为账本，BILL 为下载并解压后的账单原文件，“-”表示标准输入。\n"
	    "输出两边一致、不一致和单边的各笔及合计。两边不符时退出状态为 1。\n"
	    "\n"
	    "  --format FORMAT   wechat、alipay、unionpay，或医保平台的 3201、3202\n"
	    "  --from DATE       对账的首日和末日（否则取账单的日期；\n"
	    "  --to DATE         3202 和空账单没有日期）\n"
	    "  --year Y          银联账单的日期没有年份：取最后一笔的年份\n"
	    "  --channel C       账本中的渠道名（否则取以 wx、ali 或 unionpay 开头的全部渠道）\n"
	    "  --institution H   3201、3202 的定点医药机构编号（否则取全部）\n"
	    "\n"
	    "  yibao ledger reconcile city.ledger 20260701.csv --format wechat\n" } },
};
const size_t tool_command_count = sizeof(tool_commands) / sizeof(tool_commands[0]);

static const char *const introduction[2] = {
	"yibao answers questions about China's basic medical insurance, exactly and with\n"
	"reasons: what is owed, what is credited to the personal account, who is\n"
	"covered from when, who pays what of a bill.\n",
	"yibao 回答中国基本医疗保险的问题：该缴多少、个人账户划入多少、何时享受待遇、\n"
	"一张费用单各付多少。结果精确，并说明理由。\n",
};
static const char *const words_usage[2] = { "Usage:", "用法：" };
static const char *const words_more[2] = { "\"yibao COMMAND --help\" says more of one command.\n", "“yibao 命令 --help”给出某一命令的详细说明。\n" };
static const char *const options_text[2] = {
	"Options, before or after the command:\n"
	"  --policies DIR       where policy documents are; may be given several times\n"
	"                       (else YIBAO_POLICY_PATH, \":\" between, else the installed ones)\n"
	"  --json               one JSON document on standard output; errors stay text\n"
	"  --lang zh|en         language of the output (else LC_ALL, LC_MESSAGES or LANG)\n"
	"  --explain[=LEVEL]    how the answer came about: full (when bare) or summary\n"
	"  --archive DIR        keep the policy texts that an answer rests on in this folder;\n"
	"                       receipts are verified from them\n"
	"  --overlay FILE       a reform laid over a document; several are laid in order\n"
	"  --known-on DATE      the law as it was published by that day\n"
	"  --confidence WORD    least confidence of a source: official, repost, secondary\n"
	"                       (the default), weak, draft, seed or case\n"
	"  --lenient            answer although a declared gap or a weaker source is touched,\n"
	"                       and say so\n"
	"  --version, --help\n",
	"选项，可放在命令之前或之后：\n"
	"  --policies DIR       政策文件所在目录，可多次给出\n"
	"                       （否则用 YIBAO_POLICY_PATH，目录间以“:”分隔；再否则用随软件安装的文件）\n"
	"  --json               在标准输出给出一份 JSON；错误仍为文字\n"
	"  --lang zh|en         输出语言（否则由 LC_ALL、LC_MESSAGES 或 LANG 决定）\n"
	"  --explain[=LEVEL]    说明结果如何得出：full（缺省）或 summary\n"
	"  --archive DIR        把所依据的政策文本存入该目录；核验凭证时从中读取\n"
	"  --overlay FILE       叠加在政策文件上的改革文件，可多次给出，按次序叠加\n"
	"  --known-on DATE      按该日之前已公布的规定\n"
	"  --confidence WORD    依据的最低可信度：official、repost、secondary（缺省）、\n"
	"                       weak、draft、seed 或 case\n"
	"  --lenient            触及已声明的空缺或可信度不足的依据时仍给出结果，并注明\n"
	"  --version, --help\n",
};
static const char *const exit_text[2] = {
	"Exit status: 0 answered or refused by a rule, 1 incomplete, unsupported, a vector\n"
	"that fails or a bill that does not agree, 2 usage, 3 bad document,\n"
	"4 bad policy, 5 ledger, 70 internal.\n",
	"退出状态：0 已算出或按规定不予办理，1 信息不全、尚不支持、算例不符或对账不符，\n"
	"2 用法错误，3 所给文件有误，4 政策文件有误，5 账本问题，70 内部错误。\n",
};

static void
commands_print(const char *group, yb_lang lang)
{
	size_t length = group ? strlen(group) : 0;

	for (size_t i = 0; i < tool_command_count; i++) {
		const struct command *command = &tool_commands[i];
		char line[128];

		if (length > 0 && strncmp(command->words, group, length) != 0)
			continue;
		snprintf(line, sizeof(line), "%s%s%s", command->words, command->operands[0] ? " " : "", command->operands);
		fputs("  yibao ", stdout);
		tool_pad(line, 31);
		if (tool_width(line) >= 31) /* then below */
			printf("\n%39s", "");
		printf("%s\n", command->brief[lang]);
	}
}

/* Help on one command, or on all. */
void
tool_help(const struct command *command, yb_lang lang)
{
	if (command) {
		printf("%s yibao %s%s%s\n\n%s\n", words_usage[lang], command->words, command->operands[0] ? " " : "", command->operands,
		       command->help[lang]);
		fputs(options_text[lang], stdout);
		return;
	}
	printf("%s\n%s\n", introduction[lang], words_usage[lang]);
	commands_print(NULL, lang);
	printf("\n%s\n%s\n%s", words_more[lang], options_text[lang], exit_text[lang]);
}

/* Help on the commands that begin with one word. */
void
tool_help_group(const char *group, yb_lang lang)
{
	printf("%s\n", words_usage[lang]);
	commands_print(group, lang);
	printf("\n%s\n%s", words_more[lang], options_text[lang]);
}

void
tool_usage_hint(void)
{
	tool_fail("\"yibao --help\" says what there is");
}

/* A word that is no command: the nearest one, and all there are. `group` is "policy" for its second word, or "". */
int
tool_refuse_command(const char *group, const char *word)
{
	const char *nearest = NULL;
	size_t least = 3, skip = strlen(group);

	if (skip > 0)
		skip++;
	for (size_t i = 0; i < tool_command_count; i++) {
		const char *words = tool_commands[i].words;
		char name[32];
		size_t distance;

		if (skip > 0 && (strncmp(words, group, skip - 1) != 0 || words[skip - 1] != ' '))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(skip > 0 ? 31 : strcspn(words, " ")), words + skip);
		distance = tool_distance(word, name);
		if (distance < least && distance < strlen(name)) {
			least = distance;
			nearest = words;
		}
	}
	tool_tell("yibao: unknown command \"%s%s%s\"", group, skip > 0 ? " " : "", word);
	if (nearest && skip == 0)
		fprintf(stderr, "; did you mean \"%.*s\"?", (int)strcspn(nearest, " "), nearest);
	else if (nearest)
		fprintf(stderr, "; did you mean \"%s\"?", nearest);
	fputs("\nyibao: the commands are", stderr);
	for (size_t i = 0; i < tool_command_count; i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", tool_commands[i].words);
	putc('\n', stderr);
	return TOOL_USAGE;
}

/* An option that is none, as it was written. */
int
tool_refuse_option(const char *option, const char *const *names, size_t count)
{
	char word[32];
	const char *nearest = NULL;
	size_t least = 3;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(option, "="), option);
	for (size_t i = 0; strncmp(word, "--", 2) == 0 && i < count; i++) {
		size_t distance = tool_distance(word + 2, names[i]);

		if (distance < least && distance < strlen(names[i])) {
			least = distance;
			nearest = names[i];
		}
	}
	if (nearest)
		tool_fail("unknown option \"%s\"; did you mean \"--%s\"?", option, nearest);
	else
		tool_fail("unknown option \"%s\"; \"yibao --help\" lists them", option);
	return TOOL_USAGE;
}
