#ifndef TELLAL_CZLIB_SHIM_H
#define TELLAL_CZLIB_SHIM_H
#include <zlib.h>

// Swift does not see macros with arguments, hence the line below.

// `window_bits` as zlib.h has it: 15 a zlib stream, 31 gzip, -15 bare deflate.
static inline int tellal_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
#endif
