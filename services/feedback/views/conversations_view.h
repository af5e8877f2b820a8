// What did the two say to each other, and what of it may everybody read? One row for each conversation, found by its
// person, by who runs the provider, and by the provider while something of it is published. What was said stays sealed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/feedback/internal/v1/rows.pb.h"

namespace regard::feedback {

class ConversationsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "feedback.conversations";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"feedback"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Entries up to this number are published; 0 for none. Both sides have consented to them.
int32_t PublishedUpTo(const internal::v1::ConversationRow& row);

// Reads what the view wrote. Thread-safe. A row that does not parse is DATA_LOSS.
class ConversationsQuery {
 public:
  // `rows` outlives the query.
  explicit ConversationsQuery(const es::ViewReader& rows) : rows_(rows) {}

  absl::StatusOr<absl::optional<internal::v1::ConversationRow>> Find(absl::string_view conversation_id) const;

  // In the order of their ids from after `after_id` on (empty: all), until `visit` returns false.
  using Visit = absl::FunctionRef<bool(const internal::v1::ConversationRow& row)>;
  absl::Status OfPerson(absl::string_view person_id, absl::string_view after_id, Visit visit) const;
  absl::Status OfOwner(absl::string_view provider_owner_id, absl::string_view after_id, Visit visit) const;
  absl::Status Published(absl::string_view provider_id, absl::string_view after_id, Visit visit) const;

 private:
  absl::Status Each(const std::string& prefix, absl::string_view after_id, Visit visit) const;

  const es::ViewReader& rows_;
};

}  // namespace regard::feedback
