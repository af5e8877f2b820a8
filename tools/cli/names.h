// Enum values as people type them: PROVIDER_KIND_MICRO_ENTERPRISE is "micro-enterprise".
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace regard::cli {

// Empty for a number without a name.
std::string WordOf(const google::protobuf::EnumDescriptor& type, int number);
absl::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, absl::string_view word);
// All but UNSPECIFIED.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);

// A stable code for people: WEEKDAY_MORNING is "weekday morning".
std::string Said(absl::string_view code);

template <class Enum>
std::string Word(Enum value) {
  return WordOf(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}
// UNSPECIFIED for a word that there is not; options check their words before.
template <class Enum>
Enum FromWord(absl::string_view word) {
  return static_cast<Enum>(NumberOf(*google::protobuf::GetEnumDescriptor<Enum>(), word).value_or(0));
}
template <class Enum>
std::vector<std::string> Words() {
  return WordsOf(*google::protobuf::GetEnumDescriptor<Enum>());
}

}  // namespace regard::cli
