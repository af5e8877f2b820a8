// Certificates for tests of TLS: an authority, a server named localhost, and a client, made afresh and valid for an hour.
#pragma once

#include <string>

namespace regard::rpc::testing {

// Writes ca.crt, server.crt, server.key, client.crt and client.key. `folder` ends in a slash. Dies when it cannot.
void WriteCertificates(const std::string& folder);

}  // namespace regard::rpc::testing
