"""Videos as small as they can be: the boxes that tell a browser what to expect, and nothing to see."""

import struct

CAPTIONS = b"WEBVTT\n\n00:00.500 --> 00:02.000\nGood morning.\n\n2\n00:02.000 --> 00:03.500 line:0\nYou look lost.\n"


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def track(form: bytes) -> bytes:
    entry = box(form, bytes(16))
    table = box(b"stsd", struct.pack(">II", 0, 1) + entry)
    return box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))


def mp4(*formats: bytes, more: bytes = b"", content: bytes = bytes(3000)) -> bytes:
    tracks = b"".join(map(track, formats or (b"mp4a", b"avc1")))
    return box(b"ftyp", b"isom\0\0\2\0isomavc1") + box(b"moov", box(b"mvhd") + tracks) + box(b"mdat", content) + more


def element(name: bytes, content: bytes) -> bytes:
    return name + (len(content) | 1 << 28).to_bytes(4) + content


def webm(codec: bytes = b"V_VP9", kind: bytes = b"webm", *, known: bool = True, more: bytes = b"") -> bytes:
    head = element(b"\x1a\x45\xdf\xa3", b"\x42\x82" + bytes([0x80 | len(kind)]) + kind)
    segment = b"\x16\x54\xae\x6b\x85" + b"\x86" + bytes([0x80 | len(codec)]) + codec + bytes(400)
    if known:
        return head + element(b"\x18\x53\x80\x67", segment) + more
    return head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + segment + more
