"""Where a webhook may lead: hostile addresses are refused as they are written, and by what their names stand for."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.destinations import Unfit, is_public, may_be_reached, parse

FIT = [
    "https://hooks.slack.com/services/T0/B0/abc",
    "https://HOOKS.Example.COM/x",
    "https://prod-01.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?api-version=1&sig=x%2F-_",
    "https://example.com",
    "https://example.com?a=b/c?d",
]
HOSTILE = """
http://example.com/x
ftp://example.com/x
gopher://example.com/_x
file:///etc/passwd
javascript:alert(1)
//example.com/x
example.com/x
https:example.com
https:///x
https://
https://user@example.com/x
https://user:secret@example.com/x
https://example.com@127.0.0.1/x
https://example.com:@evil.example/x
https://127.0.0.1/x
https://127.1/x
https://2130706433/x
https://0x7f000001/x
https://0x7f.0x0.0x0.0x1/x
https://127.0.0.0x1/x
https://0177.0.0.1/x
https://017700000001/x
https://0/x
https://0.0.0.0/x
https://10.0.0.1/x
https://169.254.169.254/latest/meta-data/
https://93.184.216.34/x
https://[::1]/x
https://[::ffff:127.0.0.1]/x
https://[fe80::1%25eth0]/x
https://[2606:4700::1111]/x
https://localhost/x
https://localhost./x
https://a.localhost/x
https://LOCALHOST/x
https://printer/x
https://router.local/x
https://metadata.google.internal/x
https://wiki.corp/x
https://1.0.0.127.in-addr.arpa/x
https://example.com./x
https://example..com/x
https://.example.com/x
https://-a.example.com/x
https://a-.example.com/x
https://xn--80ak6aa92e.com/x
https://a.xn--p1ai/x
https://exämple.com/x
https://ｅxample.com/x
https://127。0。0。1/x
https://①②⑦.0.0.1/x
https://example.com:22/x
https://example.com:8443/x
https://example.com:0/x
https://example.com:99999/x
https://example.com:443443/x
https://example.com:-1/x
https://example.com:/x
https://example.com\\@evil.example/x
https://example.com\\x
https://example.com/a b
https://example.com/#fragment
https://example.com/é
https://example.com/<x>
https://example.com/"x
https://exa mple.com/x
https://example.com%00.evil.example/x
https://example.com%2f.evil.example/x
https://127.0.0.1.nip_io.example/x
""".split("\n")[1:-1]
WHITE = [
    " https://example.com/x",
    "https://example.com/x ",
    "https://example.com/x\n",
    "https://example.com/x\r\nHost: evil.example",
    "https://example.com\t/x",
    "https://exam\nple.com/x",
    "https://example.com/x\x00",
    "https://example.com/x\u2028",
    "",
    "https://example.com/" + "x" * 2000,
    "https://" + "a" * 64 + ".example.com/x",
    "https://" + "a." * 130 + "com/x",
]


@pytest.mark.parametrize("text", FIT)
def test_plain_address_is_taken_apart(text):
    address = parse(text)
    assert (address.scheme, address.port) == ("https", 443)
    assert address.host == address.host.lower()
    assert address.host_header == address.host
    assert address.target.startswith("/")
    assert address.target.lstrip("/") in text


@pytest.mark.parametrize("text", [*HOSTILE, *WHITE])
def test_hostile_address_is_refused(text):
    with pytest.raises(Unfit) as refused:
        parse(text)
    assert str(refused.value.reason).endswith(".")


@pytest.mark.parametrize("text", [*HOSTILE, *WHITE])
def test_this_machine_is_the_only_thing_that_the_setting_of_tests_opens(text):
    try:
        address = parse(text, loopback=True)
    except Unfit:
        return
    # Names are looked up, and then what they stand for decides.
    assert address.host in {"127.0.0.1", "localhost"} or (address.is_secure and address.host == "example.com")


def test_ports_are_those_of_the_setting():
    assert parse("https://example.com:8443/x", ports=[443, 8443]).host_header == "example.com:8443"
    assert parse("http://127.0.0.1:8123/x", loopback=True).port == 8123
    with pytest.raises(Unfit):
        parse("http://127.0.0.1:0/x", loopback=True)


def test_what_is_secret_in_it_is_not_printed():
    assert "t0ken" not in repr(parse("https://example.com/t0ken?sig=t0ken"))


PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:93.184.216.34 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::5db8:d822
64:ff9b:1::1 100::1 2001::1 2001:0:53aa:64c:0:fffe:80ff:fffe 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1
2002:a00:1::1 3ffe::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2606:4700::1111%eth0
""".split()
PUBLIC = "1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 2606:4700::1111 2a00:1::1"


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_address_is_not_public_in_any_form(ip):
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize("ip", PUBLIC.split())
def test_public_address_is_public(ip):
    assert is_public(ip_address(ip))


@given(st.ip_addresses())
@example(IPv4Address("192.0.0.9"))
@example(IPv6Address("2001:1::1"))
def test_nothing_is_public_that_python_calls_private(ip):
    if not ip.is_global or ip.is_multicast:
        assert not is_public(ip)
        assert may_be_reached(ip, loopback=True) == ip.is_loopback


@given(st.ip_addresses(v=4))
def test_no_form_of_ipv6_hides_an_address_of_ipv4(ip):
    number = int(ip)
    forms = [
        number,
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
    ]
    forms.append(0x20010000 << 96 | number ^ 0xFFFFFFFF)
    assert not any(is_public(IPv6Address(form)) for form in forms)
