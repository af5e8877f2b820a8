#include "services/feedback/api/reading.h"

#include <limits>
#include <utility>

#include "absl/types/optional.h"
#include "regard/feedback/v1/facts.pb.h"
#include "services/feedback/views/conversations_view.h"

namespace regard::feedback {
namespace {

using internal::v1::ConversationRow;
using internal::v1::EntryRow;

// nullopt when its person's data was erased.
template <class Fact>
absl::StatusOr<absl::optional<Fact>> Open(const log::v1::Fact& sealed, const privacy::Opener& opener) {
  Fact fact;
  const absl::StatusOr<privacy::Opening> opening = opener.Open(sealed, fact);
  if (!opening.ok()) return opening.status();
  if (*opening == privacy::Opening::kErased) return absl::optional<Fact>();
  return absl::make_optional(std::move(fact));
}

void Fill(const EntryRow& row, const v1::ConversationFact& fact, v1::Entry& entry) {
  entry.set_number(row.number());
  entry.set_by(row.by());
  entry.set_said_for_them_by(row.said_for_them_by());
  *entry.mutable_said() = row.said();
  if (fact.has_change_agreed()) {
    entry.mutable_change()->set_change_id(row.change_id());
    entry.mutable_change()->set_what(fact.change_agreed().what());
    entry.mutable_change()->set_done(row.done());
    return;
  }
  const v1::WordsSaid& said = fact.said();
  if (!said.answer().empty()) {
    entry.set_answer(said.answer());
    return;
  }
  entry.mutable_words()->set_who_you_are_to_me(said.who_you_are_to_me());
  entry.mutable_words()->set_what_happened(said.what_happened());
  entry.mutable_words()->set_what_it_taught_me(said.what_it_taught_me());
}

absl::Status AddEntries(const ConversationRow& row, int32_t up_to, const privacy::Opener& opener,
                        v1::Conversation& conversation) {
  for (const EntryRow& entry : row.entries()) {
    if (entry.number() > up_to) break;
    absl::StatusOr<absl::optional<v1::ConversationFact>> fact = Open<v1::ConversationFact>(entry.fact(), opener);
    if (!fact.ok()) return fact.status();
    if (fact->has_value()) Fill(entry, **fact, *conversation.add_entries());
  }
  return absl::OkStatus();
}

}  // namespace

bool IsSide(const ConversationRow& row, const auth::Identity& caller) {
  if (caller.subject.empty()) return false;
  return (caller.role == options::v1::ROLE_PERSON && caller.subject == row.person_id()) ||
         (caller.role == options::v1::ROLE_PROVIDER && caller.subject == row.provider_owner_id());
}

v1::Conversation Headed(const ConversationRow& row) {
  v1::Conversation conversation;
  conversation.set_conversation_id(row.conversation_id());
  conversation.set_person_id(row.person_id());
  conversation.set_provider_id(row.provider_id());
  conversation.set_booking_id(row.booking_id());
  *conversation.mutable_started() = row.started();
  conversation.set_person_consents_up_to(row.person_consents_up_to());
  conversation.set_provider_consents_up_to(row.provider_consents_up_to());
  return conversation;
}

absl::StatusOr<v1::Conversation> Whole(const ConversationRow& row, const privacy::Opener& opener) {
  v1::Conversation conversation = Headed(row);
  const absl::Status added = AddEntries(row, std::numeric_limits<int32_t>::max(), opener, conversation);
  if (!added.ok()) return added;
  return conversation;
}

absl::StatusOr<v1::Conversation> Published(const ConversationRow& row, const privacy::Opener& opener) {
  v1::Conversation conversation;
  conversation.set_conversation_id(row.conversation_id());
  conversation.set_provider_id(row.provider_id());
  *conversation.mutable_started() = row.started();
  const absl::Status added = AddEntries(row, PublishedUpTo(row), opener, conversation);
  if (!added.ok()) return added;
  for (v1::Entry& entry : *conversation.mutable_entries()) entry.clear_said_for_them_by();
  return conversation;
}

absl::StatusOr<v1::Concern> Whole(const internal::v1::ConcernRow& row, const privacy::Opener& opener) {
  v1::Concern concern = row.concern();
  absl::StatusOr<absl::optional<v1::ConcernFact>> raised = Open<v1::ConcernFact>(row.raised(), opener);
  if (!raised.ok()) return raised.status();
  if (raised->has_value()) {
    concern.set_what((*raised)->raised().what());
    concern.set_persons_wishes((*raised)->raised().persons_wishes());
  }
  if (!row.has_closed()) return concern;
  absl::StatusOr<absl::optional<v1::ConcernFact>> closed = Open<v1::ConcernFact>(row.closed(), opener);
  if (!closed.ok()) return closed.status();
  if (closed->has_value()) concern.set_outcome((*closed)->closed().outcome());
  return concern;
}

}  // namespace regard::feedback
