#include "libs/es/domain.h"

namespace regard::es {

const Aggregate* FindAggregate(const Domain& domain, absl::string_view stream) {
  const absl::string_view kind = KindOf(stream);
  for (const Aggregate& aggregate : domain.aggregates()) {
    if (aggregate.kind == kind) return &aggregate;
  }
  return nullptr;
}

}  // namespace regard::es
