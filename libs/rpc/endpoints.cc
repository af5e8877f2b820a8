#include "libs/rpc/endpoints.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace regard::rpc {

absl::StatusOr<Endpoints> Endpoints::Open(absl::string_view text, const ChannelOptions& options) {
  Endpoints endpoints;
  for (absl::string_view part : absl::StrSplit(text, ';', absl::SkipEmpty())) {
    std::pair<absl::string_view, absl::string_view> named = {"", part};
    if (part.find('=') != absl::string_view::npos) named = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::vector<std::string> addresses = absl::StrSplit(named.second, ',', absl::SkipEmpty());
    if (addresses.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(text, ": an address is missing; HOST:PORT, or "
                                                           "SERVICE=HOST:PORT,HOST:PORT;SERVICE=..."));
    }
    for (const std::string& address : addresses) {
      const auto channel = OpenChannel(address, options);
      if (!channel.ok()) return channel.status();
      endpoints.instances_.push_back({address, *channel});
    }
    const std::string package = named.first.empty() ? "regard." : absl::StrCat("regard.", named.first, ".");
    std::shared_ptr<grpc::Channel>& all = endpoints.by_package_[package];
    all = endpoints.instances_.back().channel;
    if (addresses.size() > 1) {
      ChannelOptions in_turn = options;
      in_turn.in_turn = true;
      const auto channel = OpenChannel(absl::StrCat("ipv4:", named.second), in_turn);
      if (!channel.ok()) return channel.status();
      all = *channel;
    }
  }
  if (endpoints.instances_.empty()) return absl::InvalidArgumentError("an address is missing");
  return endpoints;
}

const std::shared_ptr<grpc::Channel>& Endpoints::ChannelTo(absl::string_view service_full_name) const {
  for (const auto& [package, channel] : by_package_) {
    if (absl::StartsWith(service_full_name, package)) return channel;
  }
  return by_package_.begin()->second;
}

}  // namespace regard::rpc
