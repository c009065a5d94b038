#include "bench/load/scenario.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::bench {

namespace {

class reader {
public:
  std::vector<named_run> read(const YAML::Node& root, const options& base) {
    std::vector<named_run> out;
    if (!root.IsMap() || !root["runs"].IsDefined()
        || !root["runs"].IsSequence()) {
      fault("there is no list 'runs'");
      return out;
    }
    for (const auto& entry : root)
      if (auto key = entry.first.Scalar(); key != "runs" && key != "all")
        fault(fmt::format("unknown key '{}'", key));
    auto common = base;
    if (root["all"].IsDefined())
      take(root["all"], "all", common, false);
    for (const auto& from : root["runs"])
      out.push_back(read_run(from, common, out));
    return out;
  }

  const std::string& faults() const {
    return faults_;
  }

private:
  void fault(const std::string& what) {
    faults_ += (faults_.empty() ? "" : "; ") + what;
  }

  named_run read_run(const YAML::Node& from, const options& common,
                     const std::vector<named_run>& before) {
    named_run out{{}, common};
    auto number = before.size() + 1;
    if (!from.IsMap() || !from["name"].IsDefined()
        || !from["name"].IsScalar()) {
      fault(fmt::format("run {} has no name", number));
      return out;
    }
    out.name = from["name"].Scalar();
    auto same = [&](const named_run& one) { return one.name == out.name; };
    if (std::any_of(before.begin(), before.end(), same))
      fault(fmt::format("there are two runs '{}'", out.name));
    take(from, "run '" + out.name + "'", out.opts, true);
    return out;
  }

  // `is_run`: may say its name and workload too.
  void take(const YAML::Node& from, const std::string& where, options& into,
            bool is_run) {
    if (!from.IsMap())
      return fault(where + " has no keys");
    for (const auto& entry : from) {
      auto key = entry.first.Scalar();
      auto known = is_run && key == "name";
      if (is_run && key == "workload") {
        known = true;
        take_value(entry.second, where, key, into.workload);
      }
      for_each_option(into, [&](std::string_view name, auto& value, auto) {
        if (key != name)
          return;
        known = true;
        take_value(entry.second, where, key, value);
      });
      if (!known)
        fault(fmt::format("{}: unknown key '{}'", where, key));
    }
  }

  template <class Value>
  void take_value(const YAML::Node& from, const std::string& where,
                  const std::string& key, Value& into) {
    // What yaml-cpp throws ends here.
    try {
      into = from.as<Value>();
    } catch (const YAML::Exception&) {
      fault(fmt::format("{}: '{}' has a value of the wrong kind", where, key));
    }
  }

  std::string faults_ = {};
};

} // namespace

result<std::vector<named_run>> read_scenario(const std::string& yaml,
                                             const options& base) {
  YAML::Node root;
  try {
    root = YAML::Load(yaml);
  } catch (const YAML::Exception& wrong) {
    return error{errc::bad_config, wrong.what()};
  }
  reader from;
  auto out = from.read(root, base);
  if (out.empty() && from.faults().empty())
    return error{errc::bad_config, "there are no runs"};
  if (!from.faults().empty())
    return error{errc::bad_config, from.faults()};
  return out;
}

} // namespace parley::bench
