#!/usr/bin/env python3
"""Drops files on a window, as a file manager does: XDND, version 5.

drop.py TITLE X Y FILE… drops them X and Y pixels into the window of that title. Not here: what the window does with them.
"""

import ctypes
import sys
import time
from pathlib import Path

x11 = ctypes.CDLL("libX11.so.6")
NAMES = ["Atom", "XOpenDisplay", "XDefaultRootWindow", "XCreateSimpleWindow"]
for name in ["XInternAtom", *NAMES[1:]]:
    getattr(x11, name).restype = ctypes.c_void_p if name == "XOpenDisplay" else ctypes.c_ulong
CURRENT_TIME, REPLACE, ATOM = 0, 0, 4
CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY = 33, 30, 31
PATIENCE = 15.0
title, across, down, *files = sys.argv[1:]
uris = "".join(f"{Path(file).absolute().as_uri()}\r\n" for file in files).encode()


def event(*fields):
    head = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int)]
    return type("Event", (ctypes.Structure,), {"_fields_": [*head, ("display", ctypes.c_void_p), *fields]})


Client = event(("window", ctypes.c_ulong), ("kind", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5))
words = [(word, ctypes.c_ulong) for word in ("requestor", "selection", "target", "property", "time")]
Request, Notify = event(("owner", ctypes.c_ulong), *words), event(*words)


class AnyEvent(ctypes.Union):
    _fields_ = [("type", ctypes.c_int), ("client", Client), ("request", Request), ("notify", Notify), ("pad", ctypes.c_long * 24)]


display = ctypes.c_void_p(x11.XOpenDisplay(None))
if not display:
    sys.exit("no display")
x11.XSetErrorHandler(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0))
root = ctypes.c_ulong(x11.XDefaultRootWindow(display))


def atom(name):
    return x11.XInternAtom(display, name.encode(), 0)


def children(window):
    above, parent, kids, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    x11.XQueryTree(display, window, *(ctypes.byref(out) for out in (above, parent, kids, count)))
    return [kids[at] for at in range(count.value)]


def find(window):
    """The window of that title, at any depth: a window manager may have put a frame around it."""
    name = ctypes.c_char_p()
    x11.XFetchName(display, ctypes.c_ulong(window), ctypes.byref(name))
    if name.value == title.encode():
        return window
    return next(filter(None, map(find, children(ctypes.c_ulong(window)))), None)


target = find(root.value)
if not target:
    sys.exit(f"no window is called {title}")
x, y, child = ctypes.c_int(), ctypes.c_int(), ctypes.c_ulong()
x11.XTranslateCoordinates(display, ctypes.c_ulong(target), root, int(across), int(down), ctypes.byref(x), ctypes.byref(y), ctypes.byref(child))
source = x11.XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0)
selection, uri_list = atom("XdndSelection"), atom("text/uri-list")
x11.XSetSelectionOwner(display, ctypes.c_ulong(selection), ctypes.c_ulong(source), ctypes.c_ulong(CURRENT_TIME))


def send(to, sent):
    x11.XSendEvent(display, ctypes.c_ulong(to), 0, ctypes.c_long(0), ctypes.byref(sent))
    x11.XFlush(display)


def tell(name, *data):
    sent = AnyEvent()
    sent.client = Client(CLIENT_MESSAGE, 0, 1, display, target, atom(name), 32, (ctypes.c_long * 5)(source, *data))
    send(target, sent)


def hand_over(asked):
    """Answers a request for what is dragged."""
    if asked.target == atom("TARGETS"):
        list_ = (ctypes.c_ulong * 1)(uri_list)
        x11.XChangeProperty(display, ctypes.c_ulong(asked.requestor), ctypes.c_ulong(asked.property), ctypes.c_ulong(ATOM), 32, REPLACE, list_, 1)
    else:
        x11.XChangeProperty(display, ctypes.c_ulong(asked.requestor), ctypes.c_ulong(asked.property), ctypes.c_ulong(asked.target), 8, REPLACE, uris, len(uris))
    answer = AnyEvent()
    answer.notify = Notify(SELECTION_NOTIFY, 0, 1, display, asked.requestor, asked.selection, asked.target, asked.property, asked.time)
    send(asked.requestor, answer)


def wait(name, seconds=PATIENCE):
    """Serves requests until this message comes; its data, or nothing."""
    end, got = time.monotonic() + seconds, AnyEvent()
    while time.monotonic() < end:
        if not x11.XPending(display):
            time.sleep(0.01)
            continue
        x11.XNextEvent(display, ctypes.byref(got))
        if got.type == SELECTION_REQUEST:
            hand_over(got.request)
        elif got.type == CLIENT_MESSAGE and got.client.kind == atom(name):
            return list(got.client.data)
    return None


tell("XdndEnter", 5 << 24, uri_list, 0, 0)
place = (x.value << 16) | y.value
# Twice: what is dragged is asked for at the first, and only then can be agreed to.
for _ in range(2):
    tell("XdndPosition", 0, place, CURRENT_TIME, atom("XdndActionCopy"))
    status = wait("XdndStatus")
    wait("nothing", 0.3)
if not status or not status[1] & 1:
    sys.exit(f"the window does not want it: {status}")
tell("XdndDrop", 0, CURRENT_TIME, 0, 0)
if wait("XdndFinished") is None:
    sys.exit("the window did not take it")
