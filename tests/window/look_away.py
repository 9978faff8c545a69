#!/usr/bin/env python3
"""Takes the keyboard from every window, as when a person turns to another program.

Not here: giving it back; the next key that WebDriver types does not need it.
"""

import ctypes
import sys

x11 = ctypes.CDLL("libX11.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
NOBODY, CURRENT_TIME = 0, 0

display = ctypes.c_void_p(x11.XOpenDisplay(None))
if not display:
    sys.exit("no display")
x11.XSetInputFocus(display, ctypes.c_ulong(NOBODY), NOBODY, ctypes.c_ulong(CURRENT_TIME))
x11.XSync(display, 0)
