#include "services/feedback/views/conversations_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/es/domain.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {
namespace {

using internal::v1::ConversationKeyRow;
using internal::v1::ConversationRow;
using internal::v1::EntryRow;

std::string ConversationKey(absl::string_view conversation_id) { return absl::StrCat("c/", conversation_id); }
// A subject may have any visible character, also the one that ends a part of a key: so its digest stands for it.
std::string PersonPrefix(absl::string_view person_id) {
  return absl::StrCat("p/", Uuid::Derived("person", person_id, "").ToString(), "/");
}
std::string OwnerPrefix(absl::string_view owner_id) {
  return absl::StrCat("o/", Uuid::Derived("owner", owner_id, "").ToString(), "/");
}
std::string PublishedPrefix(absl::string_view provider_id) { return absl::StrCat("v/", provider_id, "/"); }

// Folds the facts of one conversation.
class Fold {
 public:
  Fold(const es::FactEvent& event, es::Rows& rows)
      : event_(event),
        rows_(rows),
        id_(es::IdOf(event.logged.stream())),
        row_(rows.Mutable<ConversationRow>(ConversationKey(id_))) {}

  void Apply(const v1::ConversationStarted& fact) {
    row_.set_conversation_id(id_);
    row_.set_person_id(fact.person_id());
    row_.set_provider_id(fact.provider_id());
    row_.set_provider_owner_id(fact.provider_owner_id());
    row_.set_booking_id(fact.booking_id());
    row_.set_tenant(fact.tenant());
    *row_.mutable_started() = event_.append.record_time();
    Index(PersonPrefix(fact.person_id()));
    Index(OwnerPrefix(fact.provider_owner_id()));
  }

  void Apply(const v1::WordsSaid& fact) { Entry(fact.number(), fact.by()).set_said_for_them_by(fact.said_for_them_by()); }
  void Apply(const v1::ChangeAgreed& fact) { Entry(fact.number(), fact.by()).set_change_id(fact.change_id()); }

  void Apply(const v1::ChangeDone& fact) {
    for (EntryRow& entry : *row_.mutable_entries()) {
      if (entry.change_id() == fact.change_id()) entry.set_done(true);
    }
  }

  void Consents(v1::Side side, int32_t up_to) {
    if (side == v1::SIDE_PERSON) row_.set_person_consents_up_to(up_to);
    if (side == v1::SIDE_PROVIDER) row_.set_provider_consents_up_to(up_to);
    if (PublishedUpTo(row_) > 0) {
      Index(PublishedPrefix(row_.provider_id()));
    } else {
      rows_.Delete(PublishedPrefix(row_.provider_id()) + id_);
    }
  }

 private:
  EntryRow& Entry(int32_t number, v1::Side by) {
    EntryRow& entry = *row_.add_entries();
    entry.set_number(number);
    entry.set_by(by);
    *entry.mutable_said() = event_.append.record_time();
    *entry.mutable_fact() = event_.logged;
    return entry;
  }

  void Index(const std::string& prefix) { rows_.Mutable<ConversationKeyRow>(prefix + id_).set_conversation_id(id_); }

  const es::FactEvent& event_;
  es::Rows& rows_;
  const std::string id_;
  ConversationRow& row_;
};

}  // namespace

absl::Status ConversationsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "conversation") return absl::OkStatus();
  const auto& fact = event.As<v1::ConversationFact>();
  Fold fold(event, rows);
  switch (fact.fact_case()) {
    case v1::ConversationFact::kStarted: fold.Apply(fact.started()); break;
    case v1::ConversationFact::kSaid: fold.Apply(fact.said()); break;
    case v1::ConversationFact::kChangeAgreed: fold.Apply(fact.change_agreed()); break;
    case v1::ConversationFact::kChangeDone: fold.Apply(fact.change_done()); break;
    case v1::ConversationFact::kPublicationConsented:
      fold.Consents(fact.publication_consented().by(), fact.publication_consented().up_to_number());
      break;
    case v1::ConversationFact::kPublicationWithdrawn:
      fold.Consents(fact.publication_withdrawn().by(), 0);
      break;
    case v1::ConversationFact::FACT_NOT_SET: break;
  }
  return absl::OkStatus();
}

int32_t PublishedUpTo(const ConversationRow& row) {
  return std::min(row.person_consents_up_to(), row.provider_consents_up_to());
}

absl::StatusOr<absl::optional<ConversationRow>> ConversationsQuery::Find(absl::string_view conversation_id) const {
  return rows_.Get<ConversationRow>(ConversationKey(conversation_id));
}

absl::Status ConversationsQuery::OfPerson(absl::string_view person_id, absl::string_view after_id, Visit visit) const {
  return Each(PersonPrefix(person_id), after_id, visit);
}

absl::Status ConversationsQuery::OfOwner(absl::string_view provider_owner_id, absl::string_view after_id,
                                         Visit visit) const {
  return Each(OwnerPrefix(provider_owner_id), after_id, visit);
}

absl::Status ConversationsQuery::Published(absl::string_view provider_id, absl::string_view after_id,
                                           Visit visit) const {
  // A row may have been withdrawn since its key was read.
  return Each(PublishedPrefix(provider_id), after_id,
              [&](const ConversationRow& row) { return PublishedUpTo(row) == 0 || visit(row); });
}

absl::Status ConversationsQuery::Each(const std::string& prefix, absl::string_view after_id, Visit visit) const {
  absl::Status read = absl::OkStatus();
  const std::string after = after_id.empty() ? "" : absl::StrCat(prefix, after_id);
  const absl::Status scanned =
      rows_.Scan<ConversationKeyRow>(prefix, after, [&](absl::string_view, const ConversationKeyRow& key) {
        absl::StatusOr<absl::optional<ConversationRow>> row = Find(key.conversation_id());
        if (!row.ok()) {
          read = row.status();
          return false;
        }
        return !row->has_value() || visit(**row);
      });
  return scanned.ok() ? read : scanned;
}

}  // namespace regard::feedback
