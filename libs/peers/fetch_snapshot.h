// Brings another instance's snapshot (snapshots.h) to this disk.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/client.h"

namespace regard::peers {

// Into a folder that does not exist; how many bytes came. Whatever it fails with, a part may be there.
absl::StatusOr<uint64_t> FetchSnapshot(const std::string& address, const rpc::ChannelOptions& channel,
                                       const std::string& token, const std::string& to);

}  // namespace regard::peers
