// A flag beats the environment, which beats the default; what makes no sense is said before anything starts.
#include "libs/app/flags.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace regard::app {
namespace {

struct Settings {
  std::string place = "here";
  int count = 3;
  uint64_t seed = 7;
  bool loud = false;
  absl::Duration wait = absl::Seconds(1);

  absl::optional<int> Parse(std::vector<const char*> arguments) {
    Flags flags("test", "A test.");
    flags.Add("place", &place, "Where");
    flags.Add("how-many", &count, "How many");
    flags.Add("seed", &seed, "Seed");
    flags.Add("loud", &loud, "Loud");
    flags.Add("wait", &wait, "How long");
    arguments.insert(arguments.begin(), "test");
    return flags.Parse(static_cast<int>(arguments.size()), arguments.data());
  }
};

TEST(Flags, FlagBeatsEnvironmentBeatsDefault) {
  Settings settings;
  setenv("REGARD_HOW_MANY", "4", 1);
  setenv("REGARD_PLACE", "there", 1);
  setenv("REGARD_LOUD", "true", 1);
  setenv("REGARD_WAIT", "250ms", 1);
  EXPECT_EQ(settings.Parse({"--place", "everywhere"}), absl::nullopt);
  for (const char* name : {"REGARD_HOW_MANY", "REGARD_PLACE", "REGARD_LOUD", "REGARD_WAIT"}) unsetenv(name);
  EXPECT_EQ(settings.place, "everywhere");
  EXPECT_EQ(settings.count, 4);
  EXPECT_EQ(settings.seed, 7u);
  EXPECT_TRUE(settings.loud);
  EXPECT_EQ(settings.wait, absl::Milliseconds(250));
}

TEST(Flags, MistakesAreUsageErrors) {
  Settings settings;
  EXPECT_EQ(settings.Parse({"--unknown"}), kExitUsage);
  EXPECT_EQ(settings.Parse({"--how-many", "some"}), kExitUsage);
  EXPECT_EQ(settings.Parse({"--wait", "long"}), kExitUsage);
  EXPECT_EQ(settings.Parse({"--help"}), kExitOk);
}

TEST(ServerFlags, SettingsThatContradictAreRefused) {
  EXPECT_TRUE(ServerFlags().Check().ok());
  const auto refused = [](auto change) {
    ServerFlags flags;
    change(flags);
    return flags.Check().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](auto& flags) { flags.tls_cert = "a"; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.tls_key = "a"; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.tls_client_ca = "a"; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.tls_cert = flags.tls_key = "a", flags.insecure = true; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.max_in_flight = 0; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.default_timeout = absl::ZeroDuration(); }));
  EXPECT_TRUE(refused([](auto& flags) { flags.log_level = "loud"; }));
  EXPECT_TRUE(refused([](auto& flags) { flags.data = ""; }));
}

TEST(ServerFlags, ReachServerAndShell) {
  ServerFlags flags;
  EXPECT_FALSE(flags.server_options().tls.has_value());
  flags.listen = "0.0.0.0:1";
  flags.tls_cert = "cert";
  flags.tls_key = "key";
  flags.tls_client_ca = "ca";
  flags.max_in_flight = 5;
  EXPECT_EQ(flags.server_options().address, "0.0.0.0:1");
  EXPECT_EQ(flags.server_options().tls->cert_path, "cert");
  EXPECT_EQ(flags.server_options().tls->key_path, "key");
  EXPECT_EQ(flags.server_options().tls->client_ca_path, "ca");
  EXPECT_EQ(flags.shell_options().max_in_flight, 5);
  EXPECT_EQ(flags.least_level(), telemetry::Level::kInfo);
}

}  // namespace
}  // namespace regard::app
