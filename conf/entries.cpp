#include "conf/entries.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace parley::conf {

namespace {

// Far more than any configuration has. An alias can make a YAML document its
// own part, so both must end somewhere.
constexpr std::size_t depth_max = 8;
constexpr std::size_t entries_max = 1000;

/// Walks a document and notes each value under its full name.
class flattener {
public:
  flattener(std::string_view file, entries& out,
            std::vector<std::string>& faults)
    : file_(file), out_(out), faults_(faults) {}

  void add(const std::string& name, const YAML::Node& node, std::size_t depth) {
    if (depth > depth_max || out_.size() > entries_max) {
      faults_.push_back(where(node) + ": is more than a configuration can be");
      return;
    }
    switch (node.Type()) {
      case YAML::NodeType::Map: add_map(name, node, depth); break;
      case YAML::NodeType::Sequence: add_list(name, node); break;
      case YAML::NodeType::Scalar:
        put(name, node, entry_kind::text, {node.Scalar()});
        break;
      default: put(name, node, entry_kind::empty, {});
    }
  }

private:
  void add_map(const std::string& name, const YAML::Node& node,
               std::size_t depth) {
    for (const auto& member : node) {
      if (!member.first.IsScalar()) {
        faults_.push_back(where(member.first) + ": a key is a plain word");
        continue;
      }
      const auto& word = member.first.Scalar();
      add(name.empty() ? word : name + "." + word, member.second, depth + 1);
    }
  }

  void add_list(const std::string& name, const YAML::Node& node) {
    std::vector<std::string> texts;
    for (const auto& item : node) {
      if (!item.IsScalar()) {
        faults_.push_back(
          fmt::format("{}: {} is a list of texts", where(item), name));
        return;
      }
      texts.push_back(item.Scalar());
    }
    put(name, node, entry_kind::list, std::move(texts));
  }

  void put(const std::string& name, const YAML::Node& node, entry_kind kind,
           std::vector<std::string> texts) {
    auto place = where(node);
    auto [at, added] = out_.emplace(name, entry{kind, std::move(texts), place});
    if (!added)
      faults_.push_back(fmt::format("{}: {} is there already, at {}", place,
                                    name, at->second.where));
  }

  std::string where(const YAML::Node& node) const {
    return fmt::format("{}:{}", file_, node.Mark().line + 1);
  }

  std::string_view file_;
  entries& out_;
  std::vector<std::string>& faults_;
};

} // namespace

void add_yaml(std::string_view yaml, std::string_view file, entries& out,
              std::vector<std::string>& faults) {
  try {
    auto root = YAML::Load(std::string{yaml});
    if (root.IsMap())
      flattener{file, out, faults}.add("", root, 0);
    else if (!root.IsNull())
      faults.push_back(fmt::format("{}: is not a YAML map", file));
  } catch (const YAML::Exception& fault) {
    faults.push_back(
      fmt::format("{}:{}: {}", file, fault.mark.line + 1, fault.msg));
  }
}

void add_override(std::string_view text, entries& out,
                  std::vector<std::string>& faults) {
  auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    faults.push_back(fmt::format("--set {}: write KEY=VALUE", text));
    return;
  }
  std::string name{text.substr(0, equals)};
  auto value = text.substr(equals + 1);
  out.insert_or_assign(name,
                       entry{entry_kind::text, {std::string{value}}, "--set"});
}

std::vector<std::string> split_texts(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size()
                                                       : comma + 1);
  }
  return out;
}

} // namespace parley::conf
