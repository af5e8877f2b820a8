#include "services/market/views/rules.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace regard::market {
namespace {

// "Demos 2008" and "DEMOS_2008" alike.
std::string Plain(absl::string_view source) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(source), {{"_", " "}, {"-", " "}});
}

}  // namespace

bool IsPublishedResearch(absl::string_view source) {
  // Demos, "Making It Personal" (2008), appendix 2.
  return absl::StartsWith(Plain(source), "demos 2008");
}

bool IsSynthetic(absl::string_view source) { return absl::StartsWith(Plain(source), "synthetic"); }

}  // namespace regard::market
