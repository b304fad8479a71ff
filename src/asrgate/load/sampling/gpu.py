"""What NVML and DCGM call the same thing: why the clocks of a GPU are held down."""

_THROTTLING = {
    0x004: "power cap",
    0x008: "hardware slowdown",
    0x010: "sync boost",
    0x020: "software thermal slowdown",
    0x040: "hardware thermal slowdown",
    0x080: "power brake",
    0x100: "display clock setting",
    0x200: "board limit",
    0x400: "reliability limit",
}
"""`nvmlClocksEventReasons` in nvml.h, which DCGM hands on as they are. An idle GPU (0x1) and clocks that
somebody set (0x2) are no throttling."""


def throttling(reasons: int) -> tuple[str, ...]:
    """The reasons in a bit mask for which a GPU ran slower than it was asked to."""
    return tuple(name for bit, name in _THROTTLING.items() if reasons & bit)
