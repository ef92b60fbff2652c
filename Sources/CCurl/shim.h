#ifndef TELLAL_CCURL_SHIM_H
#define TELLAL_CCURL_SHIM_H

// The header's own type checks are macros around the variadic calls; the typed functions below take their place.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Swift cannot call variadic functions: one typed function for each kind of argument.

static inline CURLcode tellal_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode tellal_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// An enumerator in some versions of libcurl, a macro in others.
static inline CURLcode tellal_curl_ignore_netrc(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

// Without it a handle that is closed while its name is looked up waits for the resolver's thread, and every other
// transfer with it. An older libcurl does not know it.
static inline CURLcode tellal_curl_set_quick_exit(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

static inline CURLcode tellal_curl_set_int64(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies the string; NULL restores the option's "unset".
static inline CURLcode tellal_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode tellal_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// The list is not copied: it must live as long as the transfer.
static inline CURLcode tellal_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*tellal_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline void tellal_curl_set_write(CURL *easy, tellal_curl_data_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

static inline void tellal_curl_set_header(CURL *easy, tellal_curl_data_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

// Without a seek function: libcurl cannot send the same body twice by itself.
static inline void tellal_curl_set_read(CURL *easy, tellal_curl_data_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_READDATA, context);
}

// libcurl copies as many bytes as CURLOPT_POSTFIELDSIZE_LARGE said before; NULL: they come by the read function.
static inline void tellal_curl_copy_body(CURL *easy, const void *bytes) {
    if (bytes) curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
    else curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
}

static inline void tellal_curl_set_open_socket(CURL *easy, curl_opensocket_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
}

static inline void tellal_curl_set_close_socket(CURL *easy, curl_closesocket_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
}

static inline void tellal_curl_set_prerequest(CURL *easy, curl_prereq_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}

static inline CURLcode tellal_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode tellal_curl_get_int64(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

// The string belongs to the handle.
static inline CURLcode tellal_curl_get_string(CURL *easy, CURLINFO info, const char **value) {
    return curl_easy_getinfo(easy, info, value);
}

// The lines about the server's own certificate, with CURLOPT_CERTINFO; they belong to the handle.
static inline const struct curl_slist *tellal_curl_certificate(CURL *easy) {
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1) return NULL;
    return chain->certinfo[0];
}

// CURLE_TOO_LARGE, which an older libcurl does not know.
static const CURLcode tellal_curl_too_large = (CURLcode)100;

// What CURLOPT_PRIVATE was set to.
static inline void *tellal_curl_get_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode tellal_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline void tellal_curl_multi_set_socket(CURLM *multi, curl_socket_callback callback, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}

static inline void tellal_curl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback, void *context) {
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

static inline CURLcode tellal_curl_result(const CURLMsg *message) { return message->data.result; }

// The address is longer than the `struct sockaddr` that the declaration shows; only a pointer keeps it whole.
static inline const struct sockaddr *tellal_curl_socket_address(const struct curl_sockaddr *address) {
    return &address->addr;
}

#endif
