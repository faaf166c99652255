"""A mail server that takes everything and keeps nothing, as cheap as one can be: `python -m benchmarks.mail_sink PORT`.

It speaks the least of SMTP that a client needs. Processor time of its own process is nobody's: it is not measured.
"""

import asyncio
import sys

ANSWERS = {b"EHLO": b"250 SIZE 10000000\r\n", b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink ESMTP\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        writer.write(ANSWERS.get(command, b"250 OK\r\n"))
        if command == b"DATA":
            await writer.drain()
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 Taken\r\n")
        if command == b"QUIT":
            break
        await writer.drain()
    writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1_000_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
