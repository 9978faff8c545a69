#!/usr/bin/env python3
"""A hand on mouse and keys: real presses of the X server (XTEST), which go where a person's would.

hand.py DO… with DO one of: move:X:Y  glide:X:Y (in steps)  press  release  key:Return  wait:SECONDS
focus:TITLE:N gives the keyboard to the Nth window of that title, the last opened first; count:TITLE prints how many there are.
"""

import ctypes
import sys
import time

x11, xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
Window = ctypes.c_ulong
x11.XOpenDisplay.restype = ctypes.c_void_p
for name in ["XDefaultRootWindow", "XStringToKeysym"]:
    getattr(x11, name).restype = ctypes.c_ulong
x11.XSetErrorHandler(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0))
display = ctypes.c_void_p(x11.XOpenDisplay(None))
if not display:
    sys.exit("no display")
root = Window(x11.XDefaultRootWindow(display))
NOW, VIEWABLE = 0, 2


def titled(title):
    """Windows on the screen with this title, the topmost first."""
    above, parent, kids, count = Window(), Window(), ctypes.POINTER(Window)(), ctypes.c_uint()
    x11.XQueryTree(display, root, *map(ctypes.byref, (above, parent, kids, count)))
    found = []
    for at in range(count.value):
        name = ctypes.c_char_p()
        x11.XFetchName(display, Window(kids[at]), ctypes.byref(name))
        if name.value == title.encode() and is_shown(kids[at]):
            found.insert(0, kids[at])
    return found


class Shown(ctypes.Structure):
    """What Xlib calls XWindowAttributes."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")),
        ("visual", ctypes.c_void_p),
        ("root", Window),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "window_gravity", "store")),
        *((name, ctypes.c_ulong) for name in ("planes", "pixel")),
        ("save", ctypes.c_int),
        ("colours", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("installed", "state")),
        ("rest", ctypes.c_char * 128),
    ]


def is_shown(window):
    shown = Shown()
    x11.XGetWindowAttributes(display, Window(window), ctypes.byref(shown))
    return shown.state == VIEWABLE


def move(x, y):
    xtst.XTestFakeMotionEvent(display, -1, x, y, NOW)
    x11.XSync(display, 0)
    place[:] = [x, y]


place = [0, 0]
for word in sys.argv[1:]:
    do, *rest = word.split(":")
    if do == "move":
        move(int(rest[0]), int(rest[1]))
    elif do == "glide":
        (x, y), to = tuple(place), (int(rest[0]), int(rest[1]))
        for step in range(1, 21):
            move(x + (to[0] - x) * step // 20, y + (to[1] - y) * step // 20)
            time.sleep(0.05)
    elif do in ("press", "release"):
        xtst.XTestFakeButtonEvent(display, 1, do == "press", NOW)
    elif do == "key":
        code = x11.XKeysymToKeycode(display, ctypes.c_ulong(x11.XStringToKeysym(rest[0].encode())))
        for down in (1, 0):
            xtst.XTestFakeKeyEvent(display, code, down, NOW)
    elif do == "focus":
        x11.XSetInputFocus(display, Window(titled(rest[0])[int(rest[1])]), 0, ctypes.c_ulong(NOW))
    elif do == "count":
        print(len(titled(rest[0])))
    elif do == "wait":
        time.sleep(float(rest[0]))
    else:
        sys.exit(f"{word}?")
    x11.XSync(display, 0)
    time.sleep(0.05)
