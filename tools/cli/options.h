// Options that several commands have, and how they read what people type: enum words, pounds, distances, London times.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "regard/base/v1/base.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "tools/cli/names.h"

namespace regard::cli {

// An option whose words are the values of an enum; a wrong word is wrong usage.
template <class Enum>
CLI::Option* AddEnum(CLI::App& command, const std::string& name, std::string& word, const std::string& help) {
  return command.add_option(name, word, help)->check(CLI::IsMember(Words<Enum>()));
}
template <class Enum>
CLI::Option* AddEnums(CLI::App& command, const std::string& name, std::vector<std::string>& words,
                      const std::string& help) {
  return command.add_option(name, words, help)->check(CLI::IsMember(Words<Enum>()))->allow_extra_args(false);
}
// May be repeated, each time with one value, so that it never takes the words that follow.
inline CLI::Option* AddMany(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                            const std::string& help) {
  return command.add_option(name, values, help)->allow_extra_args(false);
}

// All are INVALID_ARGUMENT with what would have been understood.

// "18.50"; at least nothing.
absl::StatusOr<int64_t> ReadPounds(absl::string_view text);
// "800", "800m", "3km", "1.5km" in metres.
absl::StatusOr<int32_t> ReadMetres(absl::string_view text);
// "2026-04-07 10:00" or with a T, on London's clocks; or with a zone as in RFC 3339.
absl::StatusOr<absl::Time> ReadTime(absl::string_view text);
// "2026-04-07".
absl::StatusOr<base::v1::Date> ReadDate(absl::string_view text);
// "mon 09:00-17:00".
absl::StatusOr<providers::v1::WeeklyWindow> ReadWindow(absl::string_view text);

std::string ShowTime(const google::protobuf::Timestamp& time);
// Empty for an unset one.
std::string ShowDate(const base::v1::Date& date);
std::string ShowPrice(const providers::v1::Price& price);
// The label of a CURIE; the CURIE itself when it is none of ours.
std::string ShowCategory(absl::string_view curie);

}  // namespace regard::cli
