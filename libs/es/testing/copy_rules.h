// The rules of a reactor between two logs of tallies.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/es/reactor.h"
#include "libs/es/testing/tally_domain.h"

namespace regard::es::testing {

// Every addition at the source is added to the tally "copy-<id>" at the target.
class CopyRules : public ReactorRules {
 public:
  absl::string_view name() const override { return "tallies.on-sources"; }
  absl::string_view source_topic() const override { return "sources"; }
  absl::StatusOr<std::vector<Reaction>> React(const FactEvent& event) override {
    std::vector<Reaction> reactions;
    const auto& fact = event.As<TallyFact>();
    if (fact.fact_case() != TallyFact::kAdded) return reactions;
    auto command = std::make_unique<TallyCommand>();
    const std::string copy = absl::StrCat("copy-", IdOf(event.logged.stream()));
    command->add_tallies(copy);
    command->set_add(fact.added().add());
    reactions.push_back({copy, std::move(command)});
    return reactions;
  }
};

}  // namespace regard::es::testing
