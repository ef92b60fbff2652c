#ifndef TELLAL_CLIBXML2_SHIM_H
#define TELLAL_CLIBXML2_SHIM_H
// libxml2 pulls in ICU's headers, which clash with Foundation's own copy of them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <iconv.h>
#include <libxml/parser.h>
#include <libxml/HTMLparser.h>

// Swift sees neither variadic function pointers nor macros with casts, hence the few lines below.

// Nothing is ever loaded from outside a document.
static inline xmlParserInputPtr tellal_refuse_entity(const char *url, const char *id, xmlParserCtxtPtr context) {
    (void)url; (void)id; (void)context;
    return NULL;
}

static inline void tellal_xml_initialize(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(tellal_refuse_entity);
}

// The name of an HTML 4 entity by its code point, NULL when there is none.
static inline const char *tellal_html_entity_name(unsigned int value) {
    const htmlEntityDesc *entity = htmlEntityValueLookup(value);
    return entity ? entity->name : NULL;
}

// iconv reports failure as (size_t)-1 and an impossible conversion as (iconv_t)-1.
static inline int tellal_iconv_is_open(iconv_t converter) { return converter != (iconv_t)-1; }
#endif
