#include "libs/kafka/address.h"

#include <sys/stat.h>

#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/routing.h"

namespace regard::kafka {
namespace {

constexpr absl::string_view kScheme = "kafka://";
// Kafka's own limit for a topic is 249; the longest of ours follows.
constexpr size_t kMaxDeployment = 200;

bool IsDeployment(absl::string_view name) {
  if (name.empty() || name.size() > kMaxDeployment) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
  }
  return true;
}

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(
      what, "; a log on Kafka is named kafka://HOST:PORT,.../DEPLOYMENT?replicas=3&in_sync=2&partitions=64"));
}

}  // namespace

bool IsAddress(absl::string_view text) { return absl::StartsWith(text, kScheme); }

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kScheme)) return Wrong("no kafka:// in front");
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('?', 1));
  const std::pair<absl::string_view, absl::string_view> place = absl::StrSplit(parts.first, absl::MaxSplits('/', 1));
  Address address;
  address.cluster.bootstrap_servers = std::string(place.first);
  address.deployment = std::string(place.second);
  address.partition_count = kDefaultPartitionCount;
  if (place.first.empty()) return Wrong("no brokers");
  if (!IsDeployment(place.second)) return Wrong("no name of a deployment (letters, digits, - and _)");
  for (const absl::string_view option : absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(option, absl::MaxSplits('=', 1));
    int* const number = pair.first == "replicas"     ? &address.rules.replicas
                        : pair.first == "in_sync"    ? &address.rules.in_sync_replicas
                        : pair.first == "partitions" ? &address.partition_count
                                                     : nullptr;
    if (number == nullptr) return Wrong(absl::StrCat("there is no option ", pair.first));
    if (!absl::SimpleAtoi(pair.second, number) || *number < 1) {
      return Wrong(absl::StrCat(pair.first, " must be a number of 1 or more"));
    }
  }
  if (address.rules.in_sync_replicas > address.rules.replicas) return Wrong("in_sync is more than replicas");
  return address;
}

absl::Status ReadProperties(const std::string& path, Cluster& cluster) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " can be read by others: chmod 600 it"));
  }
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (text.empty() || text[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (!absl::StrContains(text, '=')) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": line ", number, " is not NAME=VALUE"));
    }
    cluster.properties[std::string(absl::StripAsciiWhitespace(pair.first))] =
        std::string(absl::StripAsciiWhitespace(pair.second));
  }
  return CheckProperties(cluster);
}

}  // namespace regard::kafka
