#ifndef TELLAL_CLIBXML2_SHIM_H
#define TELLAL_CLIBXML2_SHIM_H
// libxml2 pulls in ICU's headers, which clash with Foundation's own copy of them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <iconv.h>
#include <stdio.h>
#include <libxml/parser.h>
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

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

// xmlFree is a variable that holds a function, and one that could change.
static inline void tellal_xml_free(void *memory) { xmlFree(memory); }

// libxml2 would write the name of an unknown function to the standard error before it reports it.
static inline void tellal_xpath_no_function(xmlXPathParserContextPtr parser, int count) {
    (void)count;
    xmlXPathErr(parser, XPATH_UNKNOWN_FUNC_ERROR);
}

static inline xmlXPathFunction tellal_xpath_find_function(void *data, const xmlChar *name, const xmlChar *uri) {
    xmlXPathContextPtr context = (xmlXPathContextPtr)data;
    return xmlHashLookup2(context->funcHash, name, uri) ? NULL : tellal_xpath_no_function;
}

static inline void tellal_xpath_keep_quiet(xmlXPathContextPtr context) {
    xmlXPathRegisterFuncLookup(context, tellal_xpath_find_function, context);
}

// The shortest text of a number without an exponent where there can be one without; the length, as snprintf has it.
static inline int tellal_number_text(double number, char *text, size_t size) {
    return snprintf(text, size, "%.15g", number);
}

// iconv reports failure as (size_t)-1 and an impossible conversion as (iconv_t)-1.
static inline int tellal_iconv_is_open(iconv_t converter) { return converter != (iconv_t)-1; }
#endif
