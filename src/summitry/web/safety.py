"""Where to go next, and from where a request came: both are said by the asker, so neither is trusted."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_address(request: HttpRequest, fallback: str) -> str:
    """The address that a form or a link asks to go on to, if it is one of this very site; else `fallback`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    # A path alone: an absolute address of our own host is taken for what it is, an attempt at something.
    if own and wanted.startswith("/") and not wanted.startswith(("//", "/\\")):
        return wanted
    return fallback


def client_address(request: HttpRequest) -> str:
    """The network address that sign-in attempts are counted by. An IPv6 user owns a whole /64, which counts as one."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text[:64] or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
