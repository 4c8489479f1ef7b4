"""Finds text that reads like instructions to whoever investigates: data that wants to be obeyed.

A log line that says "ignore previous instructions" changes nothing here: it stays as it is, inside its fence,
and a reader is told where it is. What this finds is what people write who try; somebody who knows the list words
it differently, so nothing depends on it being found. Ordinary logs and runbooks tell people to run commands,
too: such hints count only where two kinds of them stand close together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from untrusted.casing import lowered

#: Findings per text; the first ones tell enough.
MAX_FINDINGS = 10
#: Characters of the text that an excerpt shows.
MAX_EXCERPT = 160
#: Two hints further apart than this have nothing to do with each other.
_CLOSE = 300
_MATCHES_PER_SIGN = 20

_RUN = "an order to run something"
_CHANGE = "a command that changes or sends"


@dataclass(frozen=True, slots=True)
class Instruction:
    """A place in a text that reads like an instruction.

    Attributes:
        kind: What it looks like, in words.
        start: Where it begins.
        excerpt: Its words, verbatim, on one line.
    """

    kind: str
    start: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: str
    hints: tuple[str, ...]
    expression: str
    strong: bool = True


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """An expression, compiled when it is first tried: most texts hold none of its hints."""
    return re.compile(expression)


def _sign(kind: str, hints: str, pattern: str, *, strong: bool = True) -> _Sign:
    return _Sign(kind, tuple(hints.split("|")), pattern, strong)


_ABOUT = r"(?:instructions?|prompts?|rules|guidelines|directions|messages?|orders|commands|context|training)"
_EARLIER = (
    r"(?:previous|prior|earlier|above|preceding|all|any|your|the|system|foregoing|these|those|initial|original|of)"
)
# Searched in lower case.
_SIGNS = (
    _sign(
        "an order to ignore instructions",
        "ignore|disregard|forget|override|overrule|bypass",
        rf"\b(?:ignore|disregard|forget|override|overrule|bypass)(?: {_EARLIER}){{1,5}} {_ABOUT}\b",
    ),
    _sign(
        "an order to ignore instructions",
        "anweisung|instruktion|vorgabe",
        r"\b(?:ignorier\w{0,3}|vergiss|missachte|übergehe|vergessen sie)(?: \w{1,14}){0,5} (?:anweisung"
        r"|instruktion|vorgabe|regel)\w{0,3}",
    ),
    _sign(
        "an order to ignore instructions",
        "instructions|consignes",
        r"\b(?:ignore[zr]?|oublie[zr]?|ne (?:tiens|tenez) pas compte)(?: [\w']{1,14}){0,5} (?:instructions"
        r"|consignes|directives)",
    ),
    _sign(
        "an order to ignore instructions",
        "instruc|instruç|istruzioni",
        r"\b(?:ignor[aeo]\w{0,2}|olvid[ae]\w{0,2}|esque[cç]\w{0,3}|dimentic\w{1,3})(?: \w{1,14}){0,5}"
        r" (?:instrucciones|instruções|instrucoes|istruzioni)",
    ),
    _sign(
        "an order to ignore instructions",
        "指示|指令|说明|說明|提示|命令|지시|инструкц",
        r"(?:忽略|无视|無視|忘记|忘記|不要理会|무시)[^\n。]{0,20}(?:指示|指令|说明|說明|提示|命令)|(?:指示|命令|指令)[^\n。]{0,12}(?:無視|忘れ)"
        r"|지시[^\n]{0,12}무시|(?:игнорируй|забудь|не обращай внимания)[^\n.]{0,40}инструкц",
    ),
    _sign(
        "a marker of a chat role",
        "<|im_|[inst]|<<sys>>|<|system|<|user|<|assistant|<|endof|<|eot|<|start_header|</untrusted|<system",
        r"<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|endofprompt|eot_id|start_header_id"
        r"|end_header_id)"
        r"|\[/?inst\]|<</?sys>>|</?system(?:[_-]?(?:prompt|message|reminder|instructions?))?>",
    ),
    _sign(
        "a marker of a chat role",
        "system|assistant|human",
        r"(?:^|\n|\\n|\")[#* \t]{0,8}(?:system(?: prompt| message| override)?|assistant|human)\*{0,2}: {0,4}"
        r"(?=you |your |ignore|disregard|please |do not |don't |from now|the |i |new |as an? |follow|stop|print"
        r"|reveal|report|now )",
    ),
    _sign(
        "a forged end of the data",
        "untrusted data|end of data|end of log|end of tool|end of evidence|end of input",
        r"(?:\[|<|-{3,} ?|={3,} ?|#{2,} ?)(?:begin |start |end )?(?:of )?(?:the )?(?:untrusted data\b|(?:data"
        r"|logs?|tool (?:output|result)s?|evidence"
        r"|input)(?: ?[\]>]| ?-{3}| ?={3}))|\bend of untrusted data\b",
    ),
    _sign(
        "a call of a tool in JSON",
        "run_python|submit_report|tooluse|tool_use|tool_calls|function_call|<invoke|<tool_call|recall",
        r"\"(?:name|tool|function)\\?\" {0,2}: {0,2}\\?\"(?:run_python|submit_report|recall)\\?\"|\"(?:tooluse"
        r"|tool_use|tool_calls|function_call)\\?\" {0,2}:"
        r"|\b(?:run_python|submit_report) {0,2}\(|</?(?:antml:)?invoke\b|<tool_call>|\b(?:call|use|invoke) (?:the"
        r" )?(?:tool )?(?:run_python|submit_report)\b",
    ),
    _sign(
        "words addressed to a language model",
        "language model| ai |assistant|chatbot|llm|claude|chatgpt|gpt",
        r"\b(?:you are now|you're now|act as|pretend (?:to be|you are)|as an?|dear|hey|attention|note to(?: the)?"
        r"|message (?:to|for)(?: the)?"
        r"|instructions? (?:to|for)(?: the)?|if you are an?|to the|any)(?: \w{1,16}){0,3} (?:ai|llm|language"
        r" model|assistant|chatbot|claude|chatgpt|gpt|agent)\b",
    ),
    _sign(
        "words addressed to a language model",
        "developer mode|jailbreak|dan mode|unrestricted|new instructions|new task|system prompt|your instructions",
        r"\b(?:developer mode|dan mode|jailbreak|unrestricted mode)\b|\b(?:your )?new (?:instructions|task"
        r"|objective|role|system prompt)(?: is| are)?:"
        r"|\b(?:reveal|print|show|repeat|output|leak) (?:me )?(?:your|the) (?:system )?(?:prompt|instructions)\b",
    ),
    _sign(
        "an order about what to report",
        "report|conclude|incident|finding|alarm|root cause|severity|investigator|mention|tell",
        r"\b(?:do not|don't|never|must not) (?:report|mention|investigate|include|tell|disclose"
        r"|flag)\b[^\n.]{0,60}"
        r"\b(?:this|that|incident|finding|alarm|user|engineer|anyone|on-?call|team|operator)\b"
        r"|\b(?:report|conclude|state|say|write|answer|respond)(?: only)? (?:that|with)\b[^\n.]{0,60}\b(?:healthy"
        r"|no (?:problem|issue|incident|action)|false alarm|all (?:is )?(?:well|good|clear)|resolved)\b"
        r"|\b(?:set|mark|classify|treat|close) (?:the |this )?(?:severity|disposition|incident|alarm|root cause"
        r"|report)\b[^\n.]{0,30}\b(?:as|to)\b",
    ),
    _sign(
        "an image or link that carries data away",
        "](http|src=",
        r"!\[[^\]\n]{0,100}\]\(https?://[^)\s]{0,300}(?:[?&=]|\{|\$|%7b)|\]\(https?://[^)\s]{0,200}[?&](?:data|q"
        r"|secret|token|exfil|leak|d|c|x|payload)="
        r"|<img[^>\n]{0,200}src=[\"']?https?://[^>\n]{0,200}[?&=]",
    ),
    _sign(
        "an order to give secrets away",
        "credential|secret|environ|token|password|access key|env var",
        r"\b(?:print|dump|output|reveal|send|post|upload|exfiltrate|include|paste|email|copy|echo|show)(?:"
        r" \w{1,14}){0,4} "
        r"(?:your |the |all |any |aws |session |every ){1,4}(?:credentials?|secrets?|environment variables"
        r"|environ|env vars?|access keys?|tokens?|passwords?)\b",
    ),
    _sign(
        "characters that hide text",
        "⟨u+|\U000e0020|\u202e|\u2066",
        r"(?:⟨u\+e00[0-9a-f]{2}⟩){3,64}|[\U000e0020-\U000e007e]{3,64}|⟨u\+202[de]⟩|[\u202d\u202e]"
        r"|[a-z]⟨u\+200[bcd]⟩[a-z]",
    ),
    # Alone these are ordinary.
    _sign(
        _RUN,
        "run |execute|führe|exécut|ejecut|execut|运行|执行|実行",
        r"\b(?:run|execute|eval)(?: the| this| these| that| following| below| next| python| shell| bash|"
        r" aws){1,4} (?:command|code|script|snippet|query|statement)s?\b"
        r"|\bführe?n?(?: sie)? (?:diesen|den|folgenden|das)(?: \w{1,14}){0,2} (?:befehl|code|skript)"
        r"|\bexécute[zr]? (?:cette|la|le|ce)(?: \w{1,14}){0,2} (?:commande|code|script)"
        r"|\b(?:ejecut[ae]|execute) (?:este|el|esta|la)(?: \w{1,14}){0,2} (?:comando|código)|(?:运行|执行"
        r"|実行)[^\n]{0,12}(?:命令|代码|コマンド|コード)",
        strong=False,
    ),
    _sign(
        _CHANGE,
        "aws |curl|wget|rm -rf|boto3|kubectl|os.environ|urllib",
        r"\baws [a-z0-9-]{2,30} (?:delete|put|create|update|terminate|stop|attach|detach|modify|invoke|send"
        r"|publish)-[a-z-]{3,40}"
        r"|\b(?:curl|wget)\b[^\n|]{0,200}\| ?(?:ba|z)?sh\b|\bcurl [^\n]{0,80}(?:-d|--data|-f|-t)\b|\brm -rf\b"
        r"|\.(?:delete|put|terminate|create|update)_[a-z_]{3,40}\(|os\.environ|kubectl delete",
        strong=False,
    ),
    _sign(
        "pressure",
        "must|important|urgent|immediately|without asking|do not ask|mandatory|required",
        r"\b(?:you must|you have to|you need to|you should now|immediately|without (?:asking|confirmation"
        r"|approval|hesitation)|do not ask|it is (?:mandatory|critical|important) (?:that|to))\b",
        strong=False,
    ),
    _sign(
        "words addressed to an investigator",
        "investigat|assistant|analy|agent|triage|copilot",
        r"\b(?:investigator|ai assistant|analysis agent|triage agent|the agent|copilot|analyst|automated"
        r" (?:investigation|analysis|agent))\b",
        strong=False,
    ),
)


def instructions_in(text: str) -> tuple[Instruction, ...]:
    """What in a text reads like instructions, in order, at most ten findings.

    English, German, French, Spanish, Portuguese, Italian, Chinese, Japanese, Korean and Russian wordings of the
    usual attempts are known; markers of chat templates and tool calls are the same in all of them.
    """
    lower = lowered(text)
    matches = sorted(
        (match.start(), match.end(), index)
        for index, sign in enumerate(_SIGNS)
        if any(hint in lower for hint in sign.hints)
        for match in islice(_compiled(sign.expression).finditer(lower), _MATCHES_PER_SIGN)
    )
    found: list[Instruction] = []
    last_line = -1
    for position, (start, _, index) in enumerate(matches):
        line_end = _line_end(text, start)
        if line_end == last_line or not (_SIGNS[index].strong or _is_supported(text, matches, position)):
            continue
        last_line = line_end
        found.append(Instruction(_SIGNS[index].kind, start, _excerpt(text, start, line_end)))
    return tuple(found[:MAX_FINDINGS])


def _is_supported(text: str, matches: list[tuple[int, int, int]], position: int) -> bool:
    """Whether a weak sign is followed by one of another kind, and one of the two is about running something.

    On the same line, that is; what somebody is told to run may stand on the next one.
    """
    _, end, index = matches[position]
    kind = _SIGNS[index].kind
    lines = 1 if kind == _RUN else 0
    for other_start, _, other in matches[position + 1 : position + 8]:
        if other_start > end + _CLOSE or text.count("\n", end, other_start) > lines:
            return False
        pair = {kind, _SIGNS[other].kind}
        if len(pair) == 2 and pair & {_RUN, _CHANGE}:
            return True
    return False


def _line_end(text: str, start: int) -> int:
    """End of the line that a match begins in; a match may begin with the line end in front of it."""
    end = text.find("\n", start + 1)
    return end if end >= 0 else len(text)


def _excerpt(text: str, start: int, line_end: int) -> str:
    return text[start : min(line_end, start + MAX_EXCERPT)].strip(' \t\n"\\')
