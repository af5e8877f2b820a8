#include "libs/privacy/coverage.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/privacy/sealing_plan.h"

namespace regard::privacy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Reached {
  std::set<const Descriptor*> messages;
  std::set<std::string> harmless_candidates;
  std::set<std::string> personal;
};

void Reach(const Descriptor& message, Reached& reached) {
  if (IsValueMessage(message) || !reached.messages.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (PersonalSubjectOf(field) != nullptr) {
      reached.personal.insert(field.full_name());
      continue;
    }
    reached.harmless_candidates.insert(field.full_name());
    if (const Descriptor* inner = field.message_type()) Reach(*inner, reached);
  }
}

}  // namespace

Coverage CheckCoverage(const std::vector<const Descriptor*>& wrappers, const std::set<std::string>& harmless) {
  Coverage coverage;
  Reached reached;
  for (const Descriptor* wrapper : wrappers) {
    const absl::StatusOr<SealingPlan> plan = SealingPlan::Build(*wrapper);
    if (!plan.ok()) coverage.unsealable.push_back(std::string(plan.status().message()));
    // The wrapper's own fields are facts, not data.
    for (int i = 0; i < wrapper->field_count(); ++i) {
      if (const Descriptor* fact = wrapper->field(i)->message_type()) Reach(*fact, reached);
    }
  }
  for (const std::string& name : reached.harmless_candidates) {
    if (harmless.count(name) == 0) coverage.unlisted.push_back(name);
  }
  for (const std::string& name : harmless) {
    if (reached.personal.count(name) > 0) {
      coverage.contradicted.push_back(name);
    } else if (reached.harmless_candidates.count(name) == 0) {
      coverage.stale.push_back(name);
    }
  }
  return coverage;
}

absl::StatusOr<std::set<std::string>> ParseHarmlessList(absl::string_view text) {
  std::set<std::string> names;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    if (!names.emplace(line).second) return absl::InvalidArgumentError(absl::StrCat(line, " is listed twice"));
  }
  return names;
}

}  // namespace regard::privacy
