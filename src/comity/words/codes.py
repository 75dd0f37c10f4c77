"""The words of closed lists in Chinese; a word that is not here is shown as it is written in a world."""

from __future__ import annotations

from typing import Final

_WRITTEN: Final = """
data 数据 | technology 技术 | software 软件 | weights 模型权重 | goods 货物 | biospecimen 生物样本 | application 应用程序 | key 密钥 | service 服务
object 目标代码 | source 源代码 | documentation 技术资料 | know_how 技术秘密 | design 设计 | patent 专利 | patent_application 专利申请
technical_service 技术服务 | person 个人 | legal_person 法人 | nobody 无主体 | identified 已识别 | pseudonymised 假名化 | deidentified 去标识化 | split 拆分
aggregated 汇总 | anonymous 匿名化 | exporter 出口方 | importer 境外接收方 | authority 主管机关 | organisation 组织 | individual 个人 | public_body 公共机构
international_organisation 国际组织 | private 未公开 | gated 限制访问 | published 已公开 | public_record 公共记录 | none 无 | not_identified 未识别
declared_pending 已申报待定 | notified 已告知 | open 开放 | legitimate_interest 正当利益 | primary 主存储 | serving 服务副本 | archive 归档 | citizen 公民
permanent_resident 永久居民 | judicial 司法 | law_enforcement 执法 | supervisory 监管 | export_control 出口管制 | legislative 立法 | procurement 采购
military 军事 | intelligence 情报 | employee 雇员 | contractor 承包人 | officer 高级管理人员 | director 董事 | controller 处理者（控制者）
joint_controller 共同处理者 | processor 受托处理者 | agent 代理人 | data_subject 个人信息主体 | send 传输 | make_accessible 开放访问 | view 查看
store 存储 | embed 嵌入 | publish 公开发布 | collect 收集 | carry 携带 | transit 过境 | self_supply 本人提供 | disclose_key 提供密钥 | release 释放
assist 协助 | use 使用 | distribute 分发 | host 托管 | explore 接触 | negotiate 谈判 | commit 签约 | perform 履行 | planned 计划中 | offered 已提出
rejected 已拒绝 | under_way 进行中 | completed 已完成 | stopped 已停止 | once 一次 | occasional 偶发 | regular 定期 | continuous 持续 | minimum 最低限度
selected 选定 | category 一类 | whole 全部 | actual 明知 | reason_to_know 应知 | evade 规避 | attempt 企图 | conspire 共谋 | directs 指使 | causes 促成
facilitator 协助者 | finances 出资 | bystander 旁观者 | sale 出售 | licence_of_access 访问许可 | membership 会员 | exchange 交换 | advertising 广告
marketplace 平台交易 | grant 资助 | gift 赠与 | collaboration 合作 | services 服务 | contractor_services 外包服务 | cloud 云服务 | lease 租赁
employment 雇佣 | board_seat 董事席位 | investment 投资 | loan 贷款 | intragroup 集团内部 | entrust 委托处理 | provide 对外提供 | joint_processing 共同处理
patent_assignment 专利权转让 | patent_licence 专利实施许可 | know_how_licence 技术秘密许可 | patent_application_assignment 专利申请权转让
secondment 人员派遣 | merger 合并 | trade 贸易 | cooperation 合作 | clauses 合同条款 | binding_rules 约束性规则 | arrangement 安排
code_of_conduct 行为准则 | certificate 认证 | consent 同意 | assessment 评估 | licence 许可证 | letter_of_intent 意向书 | registration 登记 | approval 批准
filing 备案 | notice 告知 | report 报告 | undertaking 承诺 | assurance 保证 | screening 筛查 | security_programme 安全方案 | order 命令
agreement_with_authority 与主管机关的协议 | determination 认定 | contract 合同 | policy 政策 | waiver 豁免书 | unmodified 未改动 | added 有补充
altered 有改动 | pending 待决 | passed 通过 | failed 未通过 | granted 已获准 | refused 已拒绝 | not_passed 未通过 | suspended 已中止 | revoked 已撤销
met 符合 | met_in_practice 实践中符合 | met_with_measures 采取措施后符合 | residual_risk 存在剩余风险 | not_met 不符合 | essentially_equivalent 实质等同
not_materially_lower 并无实质降低 | comparable 相当 | adequate 充分 | sufficient_guarantees 充分保障 | security 安全 | balancing 利益衡量 | risk 风险
impact 影响 | recipients 接收方 | recipient_classes 接收方类别 | countries 国家或地区 | safeguard 保障措施 | purpose 目的 | entrustment 委托 | risks 风险
rights 权利 | categories 类别 | means 方式 | contact 联系方式 | no_adequacy 无充分性认定 | no_safeguards 无保障措施 | protection_summary 保护概要
foreign_system 当地制度 | importer_measures 接收方措施 | no_recourse 无救济 | listing 列名 | stop_order 停止令 | demand 要求 | countermeasure 反制措施
designation 指定 | watch_list 关注清单 | foreign_measure 外国措施 | no_dealing 禁止交易 | no_data 禁止提供数据 | no_trade 禁止贸易 | no_investment 禁止投资
no_assistance 禁止协助 | stop 停止 | delete 删除 | single_licence_only 仅限单项许可 | compel 强制 | control 管制 | legal_obligation 法定义务
vital_interest 重大利益 | public_task 公共任务 | analytics 分析 | maintenance 维护 | hr 人力资源管理 | payroll 薪酬 | model_training 模型训练
model_evaluation 模型评测 | moderation 内容审核 | customer_support 客户服务 | research 研究 | marketing 营销 | product_development 产品开发
it_support 信息技术支持 | logistics 物流 | payments 支付 | fraud_prevention 反欺诈 | audit 审计 | legal 法律事务 | litigation 诉讼 | due_diligence 尽职调查
recommendation 推荐 | hosting 托管 | booking 预订 | travel 旅行 | taxes 税务 | outsourcing 外包 | required 必需 | ordinary 通常附随 | convenient 仅为便利
contract_with_subject 与个人订立合同 | contract_for_subject 为个人利益订立合同 | emergency 紧急情况 | legal_claim 法律程序 | public_interest 公共利益
public_register 公共登记册 | compelling_interest 重大正当利益 | legal_duty 法定职责 | at_rest 静态加密 | transport 传输加密 | end_to_end 端到端加密
equivalent 等效 | other 其他 | third_party 第三方 | name 姓名 | email 电子邮箱 | phone 电话 | address 地址 | birth_date 出生日期 | location 位置
precise_location 精确位置 | rough_location 大致位置 | device_id 设备标识 | advertising_id 广告标识 | ip 网络地址 | cookie 网络跟踪标识 | username 用户名
password 密码 | health 健康 | diagnosis 诊断 | income 收入 | salary 工资 | account_number 账号 | card_number 银行卡号 | bank_history 银行流水 | payment 支付
purchases 购买记录 | viewing 观看记录 | video 视频 | image 图像 | text 文字 | face 人脸 | fingerprint 指纹 | iris 虹膜 | voice_print 声纹 | gait 步态
biometric 生物识别 | genome 基因组 | genetic 遗传信息 | genetic_test 基因检测 | epigenome 表观基因组 | proteome 蛋白质组 | transcriptome 转录组
gov_id 身份证件号码 | age 年龄 | gender 性别 | nationality 国籍 | race 种族 | religion 宗教 | politics 政治 | sexual_orientation 性取向 | criminal 犯罪记录
education 教育 | member 会员 | customer 客户 | user 用户 | patient 患者 | candidate 应聘者 | pupil 学生 | child 儿童 | creator 创作者 | merchant 商户
guest 宾客 | driver 司机 | suspected_onward_breach 疑似再转移违约 | breach 泄露 | request_by_authority 机关要求 | request_by_subject 个人请求
rejected_offer 拒绝的要约 | red_flag 警示情形 | academic_research 学术研究 | access_control 访问控制 | acquisition 收购 | address_book 通讯录
administrative 行政 | advanced_chips 先进芯片 | advanced_computing 先进计算 | applicant 申请人 | assets_debts 资产负债 | balance 余额 | banking 银行业务
benefit_to_subject 使个人受益 | benefits 福利 | biological_weapons 生物武器 | birthplace 出生地 | browsing 浏览记录 | business_travel 差旅 | calendar 日程
call_detail 通话明细 | call_log 通话记录 | candidate_selection 人员选拔 | capital_markets 资本市场 | chemical_weapons 化学武器 | civil 民事
civil_registration 户籍登记 | cleaning 清洁服务 | clinical_research 临床研究 | communications 通信 | convertible 可转换证券 | credit 信贷
credit_report 信用报告 | crime_prevention 预防犯罪 | debt 债务 | device_telemetry 设备遥测 | election 选举 | employment_record 任职记录 | equipment 设备
expenses 费用报销 | financial 金融 | financial_account 金融账户 | fips_140 经认证的密码模块 | formal_pretrial 正式审前程序 | formally_prepared 正式准备
general 一般 | group_management 集团管理 | group_operations 集团运营 | id_photo 证件照 | identity 身份 | imei 设备识别码 | immigration_control 移民管控
information_materials 信息资料 | insurance 保险 | interactions 互动记录 | interconnection 互联互通 | internal_repression 内部镇压 | intimate_image 私密影像
investigation 调查 | investment_management 投资管理 | journalism 新闻报道 | judicial_cooperation 司法协助 | keystrokes 击键特征 | lending 放贷
limited_partner 有限合伙 | listed_security 上市证券 | loyalty 会员积分 | mac 网卡地址 | manufacturing 制造 | medical_care 医疗服务 | medical_treatment 诊疗
message_parties 通信双方 | military_ai 军用人工智能 | military_capability 军事能力 | military_status 军人身份 | minor 未成年人 | missiles 导弹
missionary 传教 | nuclear 核 | official_business 公务 | own_data 自身数据 | palm 掌纹 | permits 许可办理 | personal_communication 个人通信 | pin 个人识别码
political 政治 | political_membership 政治党派成员 | postcode 邮政编码 | private_equity 私募股权 | private_media 私密影音 | private_message 私信
process 工艺 | processing 加工处理 | profiling 用户画像 | prospect 潜在客户 | public_account_id 公开账号 | public_health 公共卫生 | public_official 公职人员
publication 出版 | purchase_of_goods 购买货物 | rare_earth_production 稀土生产 | registered_fund 注册基金 | regulatory_approval 监管审批 | religious 宗教
resale 转售 | resident_registration_number 居民登记号 | risk_management 风险管理 | roaming 漫游 | routing 路由 | safety_monitoring 安全监测 | sales 销售
scoring 评分 | civil_aircraft_part 民用航空器零部件 | dealing 交易 | entry 入境 | exhausted 已用尽
fair_abroad_and_back 境外参展后复运进境 | fair_here_and_back 境内参展后复运出境 | free 自由类 | important 重要数据 | into_bonded_area 进入保税监管区域
lfp 磷酸铁锂 | lmfp 磷酸锰铁锂 | not_governed 清单未规范 | outside 清单外 | phosphate_precursor 磷酸盐正极原料 | prohibited 禁止类 | restricted 限制类
repair_abroad_and_back 境外维修后复运进境 | repair_here_and_back 境内维修后复运出境
security_answer 安全问题答案 | service_to_subject 向个人提供服务 | sexual_behaviour 性行为 | sim 手机卡标识 | specific_identity 特定身份
stated_purpose 所述目的 | supplier_contact 供应商联系人 | surveillance 监控 | telecommunications 电信 | terrorism 恐怖主义 | treaty 条约
trial_subject 受试者 | under_14 不满十四周岁 | union_membership 工会会员 | weapons_of_mass_destruction 大规模杀伤性武器
"""
CHINESE: Final = {code: said for row in _WRITTEN.replace("\n", "|").split("|") if row.strip() for code, _, said in [row.strip().partition(" ")]}
"""From a word to its Chinese."""
