#include "libs/privacy/sealer.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/privacy/box.h"
#include "libs/privacy/sealing_plan.h"

namespace regard::privacy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using regard::log::v1::SealedPart;

void AppendSized(std::string& out, absl::string_view part) {
  const uint64_t size = part.size();
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(size >> shift));
  out.append(part.data(), part.size());
}

// What a part is bound to without storing it. The first words are the format's version: they never change for what is
// in a log.
std::string AssociatedData(const FactAddress& address, absl::string_view subject, absl::string_view tenant) {
  std::string data = "regard.sealed.v1";
  AppendSized(data, address.stream);
  for (int shift = 0; shift < 64; shift += 8) data.push_back(static_cast<char>(address.version >> shift));
  AppendSized(data, subject);
  AppendSized(data, tenant);
  return data;
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0 : reflection.HasField(message, &field);
}

// nullptr when a message on the path is not there.
Message* Descend(Message& fact, const std::vector<const FieldDescriptor*>& path) {
  Message* message = &fact;
  for (const FieldDescriptor* step : path) {
    if (!IsSet(*message, *step)) return nullptr;
    message = message->GetReflection()->MutableMessage(message, step);
  }
  return message;
}

Message& Grow(Message& fact, const std::vector<const FieldDescriptor*>& path) {
  Message* message = &fact;
  for (const FieldDescriptor* step : path) message = message->GetReflection()->MutableMessage(message, step);
  return *message;
}

// Moves the group's fields that are set into a new, otherwise empty fact of the same type; nullptr when none is.
std::unique_ptr<Message> TakeOut(Message& wrapper, const FieldDescriptor& member, const SealingPlan::Group& group) {
  Message* fact = wrapper.GetReflection()->MutableMessage(&wrapper, &member);
  std::unique_ptr<Message> partial;
  std::vector<const FieldDescriptor*> set;
  for (const SealingPlan::Place& place : group.places) {
    Message* from = Descend(*fact, place.path);
    if (from == nullptr) continue;
    set.clear();
    for (const FieldDescriptor* field : place.fields) {
      if (IsSet(*from, *field)) set.push_back(field);
    }
    if (set.empty()) continue;
    if (partial == nullptr) partial.reset(wrapper.New());
    Message* into = partial->GetReflection()->MutableMessage(partial.get(), &member);
    // Swapping with what is empty moves without a copy, whatever the field's type.
    from->GetReflection()->SwapFields(from, &Grow(*into, place.path), set);
  }
  return partial;
}

absl::StatusOr<SealedPart> SealPart(KeyStore& keys, const FactAddress& address, absl::string_view subject,
                                    absl::string_view tenant, const Message& partial) {
  if (subject.empty() || tenant.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("a fact of ", address.stream, " has personal fields but no ",
                                                   subject.empty() ? "subject" : "tenant"));
  }
  const absl::StatusOr<Key> key = keys.GetOrCreate(subject, tenant);
  if (!key.ok()) return key.status();
  Box box = SealBox(*key, AssociatedData(address, subject, tenant), partial.SerializeAsString());
  SealedPart part;
  part.set_subject(std::string(subject));
  part.set_tenant(std::string(tenant));
  part.set_nonce(std::move(box.nonce));
  part.set_ciphertext(std::move(box.ciphertext));
  return part;
}

}  // namespace

absl::Status Sealer::Seal(absl::string_view tenant, Message& fact, regard::log::v1::Fact& out) {
  const absl::StatusOr<const SealingPlan*> plan = SealingPlan::Of(*fact.GetDescriptor());
  if (!plan.ok()) return plan.status();
  const FieldDescriptor* member = (*plan)->FactOf(fact);
  if (member == nullptr) return absl::InvalidArgumentError("a fact message holds no fact");

  for (const SealingPlan::Group& group : (*plan)->GroupsOf(*member)) {
    const std::unique_ptr<Message> partial = TakeOut(fact, *member, group);
    if (partial == nullptr) continue;
    const Message& inner = fact.GetReflection()->GetMessage(fact, member);
    absl::StatusOr<SealedPart> part =
        SealPart(keys_, {out.stream(), out.version()}, inner.GetReflection()->GetString(inner, group.subject), tenant,
                 *partial);
    if (!part.ok()) return part.status();
    *out.add_sealed() = *std::move(part);
  }
  if (!fact.SerializeToString(out.mutable_body())) return absl::InternalError("a fact does not serialise");
  return absl::OkStatus();
}

absl::StatusOr<Opening> Opener::OpenPart(const FactAddress& address, const SealedPart& part, Message& into) const {
  const absl::StatusOr<const SealingPlan*> plan = SealingPlan::Of(*into.GetDescriptor());
  if (!plan.ok()) return plan.status();
  const absl::StatusOr<absl::optional<Key>> key = keys_.Get(part.subject(), part.tenant());
  if (!key.ok()) return key.status();
  // Another key than the one that sealed it was made after an erasure: this part stays erased.
  if (!key->has_value() || (*key)->id() != KeyIdOf(part.nonce())) return Opening::kErased;
  const absl::StatusOr<std::string> plaintext = OpenBox(
      **key, AssociatedData(address, part.subject(), part.tenant()), part.nonce(), part.ciphertext());
  if (!plaintext.ok()) return plaintext.status();

  const std::unique_ptr<Message> partial(into.New());
  if (!partial->ParseFromString(*plaintext)) return absl::DataLossError("a sealed part does not parse");
  const FieldDescriptor* held = (*plan)->FactOf(into);
  // Merging another member of the oneof would silently replace the fact.
  if (held != nullptr && held != (*plan)->FactOf(*partial)) {
    return absl::DataLossError(absl::StrCat("a sealed part is not of ", held->message_type()->full_name()));
  }
  into.MergeFrom(*partial);
  return Opening::kOpened;
}

absl::StatusOr<Opening> Opener::Open(const regard::log::v1::Fact& fact, Message& into) const {
  if (!into.ParseFromString(fact.body())) return absl::DataLossError("the body of a fact does not parse");
  Opening all = Opening::kOpened;
  for (const SealedPart& part : fact.sealed()) {
    const absl::StatusOr<Opening> opened = OpenPart({fact.stream(), fact.version()}, part, into);
    if (!opened.ok()) return opened.status();
    if (*opened == Opening::kErased) all = Opening::kErased;
  }
  return all;
}

}  // namespace regard::privacy
