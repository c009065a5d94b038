#include "tests/hostile/spec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iterator>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

const json::value* member(const json::object& of, std::string_view name) {
  return of.if_contains(name);
}

std::string text(const json::object& of, std::string_view name) {
  const auto* found = member(of, name);
  return found && found->is_string() ? std::string{found->as_string()}
                                     : std::string{};
}

bool is_of_type(std::string_view type, const json::value& given) {
  if (type == "object")
    return given.is_object();
  if (type == "array")
    return given.is_array();
  if (type == "string")
    return given.is_string();
  if (type == "boolean")
    return given.is_bool();
  if (type == "integer")
    return given.is_int64() || given.is_uint64();
  if (type == "number")
    return given.is_number();
  return true;
}

bool is_below(const json::value& given, const json::value& minimum) {
  return given.is_int64() && minimum.is_int64()
         && given.as_int64() < minimum.as_int64();
}

} // namespace

result<spec> spec::load(const std::string& file) {
  std::ifstream in{file};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  boost::system::error_code failed;
  auto document = json::parse(bytes, failed);
  if (!in || failed)
    return error{errc::bad_config, file + " can't be read as JSON"};
  return spec{std::move(document)};
}

spec::spec(json::value document) : document_(std::move(document)) {
  for (const auto& each : document_.at("methods").as_array())
    methods_.push_back(read(each.as_object()));
}

method_spec spec::read(const json::object& method) const {
  method_spec out;
  out.name = text(method, "name");
  for (const auto& each : method.at("params").as_array()) {
    const auto& param = each.as_object();
    const auto* required = member(param, "required");
    out.params.push_back(
      {text(param, "name"),
       required && required->is_bool() && required->as_bool(),
       &param.at("schema")});
  }
  out.result = &method.at("result").at("schema");
  for (const auto& each : method.at("errors").as_array())
    out.errors.insert(static_cast<int>(resolve(each).at("code").as_int64()));
  return out;
}

const method_spec* spec::find(std::string_view name) const {
  for (const auto& each : methods_)
    if (each.name == name)
      return &each;
  return nullptr;
}

const json::value& spec::resolve(const json::value& schema) const {
  const auto* object = schema.if_object();
  const auto* link = object ? member(*object, "$ref") : nullptr;
  if (!link)
    return schema;
  std::string_view path{link->as_string()};
  const auto* at = &document_;
  for (path.remove_prefix(2); !path.empty();) {
    auto end = std::min(path.find('/'), path.size());
    at = &at->at(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return resolve(*at);
}

std::string spec::breach(const json::value& schema,
                         const json::value& given) const {
  const auto* rules = resolve(schema).if_object();
  if (!rules)
    return {};
  if (auto type = text(*rules, "type");
      !type.empty() && !is_of_type(type, given))
    return " is no " + type;
  if (const auto* least = member(*rules, "minimum");
      least && is_below(given, *least))
    return " is below its minimum";
  if (const auto* words = member(*rules, "enum")) {
    auto found = false;
    for (const auto& word : words->as_array())
      found = found || word == given;
    if (!found)
      return " is none of the words it may be";
  }
  if (const auto* items = member(*rules, "items"); items && given.is_array())
    for (const auto& each : given.as_array())
      if (auto wrong = breach(*items, each); !wrong.empty())
        return "[]" + wrong;
  if (const auto* object = given.if_object())
    return breach_of_object(*rules, *object);
  return {};
}

std::string spec::breach_of_object(const json::object& rules,
                                   const json::object& given) const {
  if (const auto* names = member(rules, "required"))
    for (const auto& name : names->as_array())
      if (!given.contains(name.as_string()))
        return "." + std::string{name.as_string()} + " is missing";
  const auto* known = member(rules, "properties");
  const auto* others = member(rules, "additionalProperties");
  for (const auto& [name, value] : given) {
    const auto* schema = known ? member(known->as_object(), name) : nullptr;
    if (!schema && others && others->is_object())
      schema = others;
    if (!schema)
      continue;
    if (auto wrong = breach(*schema, value); !wrong.empty())
      return "." + std::string{name} + wrong;
  }
  return {};
}

} // namespace parley::hostile
