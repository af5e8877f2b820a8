#include "tools/cli/import/councils.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace regard::cli {
namespace {

struct Council {
  absl::string_view code;
  absl::string_view name;
};

constexpr Council kCouncils[] = {
    {"E08000009", "Trafford"},
    {"E08000016", "Barnsley"},
    {"E10000003", "Cambridgeshire"},
    {"E09000001", "City of London"},
    {"E09000020", "Kensington and Chelsea"},
    {"E09000022", "Lambeth"},
    {"E09000025", "Newham"},
    {"E10000020", "Norfolk"},
    {"E10000028", "Staffordshire"},
    {"E10000032", "West Sussex"},
};

}  // namespace

bool IsCouncilCode(absl::string_view text) {
  return text.size() == 9 && absl::ascii_isupper(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

absl::optional<std::string> CouncilCode(absl::string_view name) {
  if (IsCouncilCode(name)) return std::string(name);
  for (const Council& council : kCouncils) {
    if (council.name == name) return std::string(council.code);
  }
  return absl::nullopt;
}

std::string CouncilName(absl::string_view code) {
  for (const Council& council : kCouncils) {
    if (council.code == code) return std::string(council.name);
  }
  return std::string(code);
}

}  // namespace regard::cli
