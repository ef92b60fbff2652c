#ifndef TELLAL_CLIBXML2_SHIM_H
#define TELLAL_CLIBXML2_SHIM_H
// libxml2 pulls in ICU's headers, which clash with Foundation's own copy of them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/HTMLparser.h>
#endif
