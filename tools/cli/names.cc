#include "tools/cli/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace regard::cli {
namespace {

// The zero value is <PREFIX>_UNSPECIFIED.
absl::string_view PrefixOf(const google::protobuf::EnumDescriptor& type) {
  return absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED");
}

std::string Spelled(const google::protobuf::EnumDescriptor& type, const google::protobuf::EnumValueDescriptor& value) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(absl::StripPrefix(value.name(), PrefixOf(type)), {{"_", "-"}}));
}

}  // namespace

std::string Said(absl::string_view code) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(code, {{"_", " "}}));
}

std::string WordOf(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  return value == nullptr ? "" : Spelled(type, *value);
}

absl::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, absl::string_view word) {
  for (int i = 1; i < type.value_count(); ++i) {
    if (Spelled(type, *type.value(i)) == word) return type.value(i)->number();
  }
  return absl::nullopt;
}

std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) words.push_back(Spelled(type, *type.value(i)));
  return words;
}

}  // namespace regard::cli
