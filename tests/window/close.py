#!/usr/bin/env python3
"""Presses the close button of the window with the title given, as a window manager would: with a message, not a kill.

There is no window manager under Xvfb, so this speaks to the X server by itself, through the library that GTK brings.
Not here: anything that waits for what happens then.
"""

import ctypes
import sys

x11 = ctypes.CDLL("libX11.so.6")
Window = ctypes.c_ulong
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.restype = Window
x11.XInternAtom.restype = ctypes.c_ulong


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", Window),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("room", ctypes.c_long * 24),
    ]


def windows(display, parent):
    """All windows below this one, the nearest first."""
    root, above, children, count = Window(), Window(), ctypes.POINTER(Window)(), ctypes.c_uint()
    x11.XQueryTree(display, parent, *map(ctypes.byref, (root, above, children, count)))
    found = [Window(children[i]) for i in range(count.value)]
    return found + [deep for child in found for deep in windows(display, child)]


def title(display, window):
    name = ctypes.c_char_p()
    x11.XFetchName(display, window, ctypes.byref(name))
    return (name.value or b"").decode("utf-8", "replace")


def main():
    wanted = sys.argv[1]
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        sys.exit("no display")
    root = Window(x11.XDefaultRootWindow(display))
    close = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
    protocols = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
    known = [window for window in windows(display, root) if title(display, window) == wanted]
    for window in known:
        count, list_ = ctypes.c_int(), ctypes.POINTER(ctypes.c_ulong)()
        if not x11.XGetWMProtocols(display, window, ctypes.byref(list_), ctypes.byref(count)):
            continue
        if close in [list_[i] for i in range(count.value)]:
            event = ClientMessage(type=33, window=window, message_type=protocols, format=32)
            event.data[0] = close
            x11.XSendEvent(display, window, 0, 0, ctypes.byref(event))
            x11.XSync(display, 0)
            return
    sys.exit(f"no window “{wanted}” that can be closed")


main()
