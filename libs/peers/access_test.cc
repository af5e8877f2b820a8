// Who may ask what instances ask of each other: read from the descriptors, as the shell reads it.
#include "gtest/gtest.h"
#include "regard/cluster/internal/v1/instances_service.pb.h"
#include "regard/options/v1/options.pb.h"

namespace regard::peers {
namespace {

TEST(InstancesAccessTest, EveryRpcIsForInstancesAlone) {
  const auto* service = cluster::internal::v1::ProbeRequest::descriptor()->file()->service(0);
  ASSERT_GT(service->method_count(), 0);
  for (int i = 0; i < service->method_count(); ++i) {
    const options::v1::Access& access = service->method(i)->options().GetExtension(options::v1::access);
    EXPECT_FALSE(access.open()) << service->method(i)->name();
    ASSERT_EQ(access.roles_size(), 1) << service->method(i)->name();
    EXPECT_EQ(access.roles(0), options::v1::ROLE_INSTANCE) << service->method(i)->name();
  }
}

}  // namespace
}  // namespace regard::peers
