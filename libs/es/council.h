// Whose council a fact is of: the one that its stream belongs to, whoever wrote it. What a provider, an app or another
// council's staff say about a person is in the care of that person's council.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "libs/es/domain.h"

namespace regard::es {

// The council of `facts[index]`, as its stream's state says before the facts; for a new stream the `tenant` that the
// fact or an earlier one of it names; `writers` for streams that belong to no council. Valid as long as the arguments.
absl::string_view CouncilOf(const Aggregate& aggregate, const google::protobuf::Message& state,
                            absl::Span<const StreamFact> facts, size_t index, absl::string_view writers);

}  // namespace regard::es
