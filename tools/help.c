/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool.h"

const struct command tool_commands[] = {
	{ "settle", "PERSON CLAIM", 2, 2, false, tool_settle,
	  { "settle a bill", "结算一张医疗费用单" },
	  { "PERSON and CLAIM are JSON documents; one of them may be \"-\", standard input.\n"
	    "Prints what each fund pays, what comes from the personal account and what is\n"
	    "paid in cash.\n"
	    "\n"
	    "  yibao settle person.json claim.json --explain\n",
	    "PERSON（参保人）与 CLAIM（就诊费用）为 JSON 文件，其一可写作“-”，即标准输入。\n"
	    "输出各项基金支付多少、个人账户支付多少、个人现金支付多少。\n"
	    "\n"
	    "  yibao settle person.json claim.json --explain\n" } },
	{ "policy list", "", 0, 0, false, tool_policy_list,
	  { "the policy documents there are", "列出现有的政策文件" },
	  { "Prints id, title and the beginning of the SHA-256 of every policy document, and\n"
	    "which were set aside and why.\n",
	    "列出每份政策文件的编号、名称和 SHA-256 的开头，以及被搁置的文件及其原因。\n" } },
	{ "policy show", "ID [--on DATE]", 1, 1, true, tool_policy_show,
	  { "a policy document as readable text", "以可读文字显示一份政策文件" },
	  { "ID is one that \"yibao policy list\" prints, 110000/310 for example. With\n"
	    "--on YYYY-MM-DD only the figures in force on that day are shown.\n",
	    "ID 即“yibao policy list”列出的编号，如 110000/310。\n"
	    "加 --on YYYY-MM-DD 只显示该日有效的数值。\n" } },
	{ "policy check", "FILE...", 1, (size_t)-1, false, tool_policy_check,
	  { "check policy documents completely", "完整检查政策文件" },
	  { "Reads each FILE strictly and prints every fault with its line and column.\n"
	    "Parents are looked for among the files, in the folder of each file, and in the\n"
	    "policy directories. A FILE \"-\" is standard input.\n",
	    "严格读取每个 FILE，逐条列出错误所在的行与列。\n"
	    "上级文件先在所给文件中找，再在各文件所在目录和政策目录中找。\n"
	    "FILE 写作“-”时读标准输入。\n" } },
	{ "policy test", "FILE...", 1, (size_t)-1, false, tool_policy_test,
	  { "run the worked examples in policy documents", "运行政策文件中的算例" },
	  { "Each vector of each FILE is computed and compared exactly. What differs is\n"
	    "printed, and at the end one line that counts.\n",
	    "逐一计算每个 FILE 中的算例并精确比对，列出不符之处，最后一行给出计数。\n" } },
	{ "policy sources", "ID", 1, 1, false, tool_policy_sources,
	  { "the legal sources of a policy document", "列出一份政策文件的依据" },
	  { "Prints every source with its confidence and what rests on it, and what the\n"
	    "document declares unsupported.\n",
	    "列出每项依据、其可信度及所支撑的条款，以及文件声明不支持的事项。\n" } },
};
const size_t tool_command_count = sizeof(tool_commands) / sizeof(tool_commands[0]);

static const char *const introduction[2] = {
	"yibao settles bills under China's basic medical insurance, exactly and with reasons.\n",
	"yibao 计算中国基本医疗保险的费用结算，结果精确，并说明理由。\n",
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
	"  --confidence WORD    依据的最低可信度：official、repost、secondary（缺省）、\n"
	"                       weak、draft、seed 或 case\n"
	"  --lenient            触及已声明的空缺或可信度不足的依据时仍给出结果，并注明\n"
	"  --version, --help\n",
};
static const char *const exit_text[2] = {
	"Exit status: 0 answered or refused by a rule, 1 incomplete, unsupported or a\n"
	"vector that fails, 2 usage, 3 bad person or claim, 4 bad policy, 70 internal.\n",
	"退出状态：0 已结算或依规则不予支付，1 信息不全、不支持或算例不符，\n"
	"2 用法错误，3 参保人或费用单有误，4 政策文件有误，70 内部错误。\n",
};

static void
commands_print(const char *group, yb_lang lang)
{
	size_t length = group ? strlen(group) : 0;

	for (size_t i = 0; i < tool_command_count; i++) {
		const struct command *command = &tool_commands[i];
		char line[64];

		if (length > 0 && strncmp(command->words, group, length) != 0)
			continue;
		snprintf(line, sizeof(line), "%s%s%s", command->words, command->operands[0] ? " " : "", command->operands);
		fputs("  yibao ", stdout);
		tool_pad(line, 30);
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
	fprintf(stderr, "yibao: unknown command \"%s%s%s\"", group, skip > 0 ? " " : "", word);
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
