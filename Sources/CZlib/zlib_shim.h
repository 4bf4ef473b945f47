/// The system's zlib, for reading .gz files.
#include <zlib.h>
