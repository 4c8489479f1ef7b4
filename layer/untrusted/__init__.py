"""Handles text that nobody vouches for: takes secrets out, shows what hides, and fences it off.

Standard library only, pure functions, time linear in the size of the text. Used where text leaves the tool
function, again before every sink, and where text enters a prompt.

>>> redact("password=hunter2 at host db-1")
'password=[redacted:password] at host db-1'
>>> make_visible("a\u200bb")
'a⟨U+200B⟩b'
"""

from untrusted.fence import fence, new_nonce
from untrusted.instructions import Instruction, instructions_in
from untrusted.redact import redact, redact_value
from untrusted.visible import make_visible, make_visible_value

__all__ = [
    "Instruction",
    "fence",
    "instructions_in",
    "make_visible",
    "make_visible_value",
    "new_nonce",
    "redact",
    "redact_value",
]
