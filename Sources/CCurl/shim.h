#ifndef TELLAL_CCURL_SHIM_H
#define TELLAL_CCURL_SHIM_H
#include <curl/curl.h>
#endif
