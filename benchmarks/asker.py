"""Asks a site for one page again and again and prints the milliseconds each took: `python -m benchmarks.asker PORT
COOKIE TIMES`. A process of its own, so that what it measures is the site's time and not that of whoever started it."""

import http.client
import json
import sys
import time


def main(port: int, cookie: str, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    for _turn in range(times + 4):
        began = time.perf_counter()
        connection.request("GET", "/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"The page answered {answer.status}, so there is nothing to measure.")
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    print(json.dumps(took[4:]))  # the first ones warm it up


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
