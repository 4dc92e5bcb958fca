"""The command line. A command's module is imported when it is called, so that the small ones answer at once."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from certificates.errors import CertificateError
from registration.cli.refusals import advice
from registration.errors import RegistrationError
from registration.runtime.private_files import UMASK

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("run:run", "演示：一条命令启动全部服务 · Start a whole demonstration"),
    "demo": ("demo:demo", "从外部走完六件申请 · Drive six applications to their licences"),
    "prepare": ("prepare:prepare", "密钥、数据库、演示数据 · Make keys, migrate, load samples"),
    "serve": ("processes:serve", "网页与接口服务 · Serve the pages and the API"),
    "worker": ("processes:worker", "后台任务 · Work on tasks"),
    "relay": ("processes:relay", "转发发件箱并巡检 · Relay the outbox and sweep"),
    "broker": ("processes:broker", "内置消息服务 · Run the embedded broker"),
    "doctor": ("doctor:doctor", "检查运行环境 · Check this machine"),
    "db": ("database:database", "数据库结构 · The schema of the database"),
    "keys": ("keys:keys", "密钥 · Keys"),
    "users": ("users:users", "账号 · Accounts"),
    "codes": ("codes:codes", "统一社会信用代码等号码 · Check, make and explain numbers"),
    "numbers": ("numbers:numbers", "官方号段 · Blocks of official numbers"),
    "offices": ("offices:offices", "登记机关和签发信息 · Registrars and their letterheads"),
    "city": ("city:city", "城市文件夹 · The folder of a city"),
    "barred": ("barred:barred", "限制任职人员名单 · Lists of barred persons"),
    "names": ("names:names", "企业名称 · Check names"),
    "calendar": ("calendar:calendar", "工作日历 · Working days"),
    "workflows": ("workflows:workflows", "流程表 · Workflow tables"),
    "history": ("history:history", "办理历史 · The record, and whether it is whole"),
    "register": ("register:register", "登记簿 · The register of entities"),
    "log": ("log:log", "执照公开日志 · The public log of licences"),
    "certificates": ("certificates:certificates", "验证证照文件 · Verify licences"),
    "designs": ("designs:designs", "证照版式 · How licences and papers look"),
    "test": ("develop:test", "全部测试 · Run the tests"),
    "lint": ("develop:lint", "静态检查 · Run the static checks"),
    "bench": ("develop:bench", "性能对比 · Run the measurements"),
}


class LazyGroup(click.Group):
    """A group that knows the names and one-line helps of its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"registration.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except _refusals() as refused:
            raise refusal(refused) from refused

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


def refusal(refused: Exception, *, kind: type[click.ClickException] = click.ClickException) -> click.ClickException:
    """A refusal is an answer, not a fault of the program: code, data and what to do, without a traceback."""
    code, data = str(refused.args[0]), getattr(refused, "data", None) or {}
    ours = isinstance(refused, RegistrationError | CertificateError)
    lines = (f"{code} {data or ''}".rstrip(), advice(code if ours else "database", data))
    return kind("\n".join(filter(None, lines)))


def _refusals() -> tuple[type[Exception], ...]:
    """Asked only when something was raised; a database that is away counts where one was in use at all."""
    if "sqlalchemy" not in sys.modules:
        return (RegistrationError, CertificateError)
    from sqlalchemy.exc import OperationalError

    return (RegistrationError, CertificateError, OperationalError)


def start() -> None:
    """The program as a process: nothing that it writes is open to other accounts of the machine."""
    os.umask(UMASK)
    main(prog_name="heyi")


@click.command(cls=LazyGroup, name="heyi", context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """合一 Heyi：一张表、一个窗口、一份执照。One form, one window, one licence."""
